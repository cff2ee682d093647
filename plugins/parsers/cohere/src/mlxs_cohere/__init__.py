"""How Cohere's Command models think and call tools."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec

COMMAND = "mlxs_cohere.command:Command"
NAMES = ("cohere_command3", "command_r7b", "cohere2_moe", "cohere", "north")


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield ToolParserSpec(
        name="cohere_command4",
        target=COMMAND,
        summary="a JSON list between action tokens: Command A, Command R7B, North",
        aliases=NAMES,
        marks=("<|START_ACTION|>",),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="command_r_plus",
        target="mlxs_cohere.command_r:CommandR",
        summary="a JSON list in a code block after `Action:`: Command R, Command R+",
        aliases=("command_r",),
        marks=("Action:\n```json", r"Action:\n```json", "Action: ```json"),
        converter="arguments_as_objects",
    )


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(
        name="cohere_command4",
        target=COMMAND,
        summary="<|START_THINKING|>...<|END_THINKING|>, and the tokens around the response",
        aliases=NAMES,
        marks=("<|START_THINKING|>",),
    )
