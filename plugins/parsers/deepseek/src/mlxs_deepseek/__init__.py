"""How DeepSeek models think and call tools."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec

WALKS = "arguments_as_objects"  # of templates that walk the arguments of earlier calls


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield ToolParserSpec(
        name="deepseek_v3",
        target="mlxs_deepseek.tokens:DeepSeekV3",
        summary="fenced JSON between special tokens: DeepSeek V3, R1, Cogito",
        aliases=("deepseek", "deepseekv3", "deepseek_r1", "deepseek_r1_0528", "cogito"),
        marks=("<｜tool▁call▁begin｜>",),
    )
    yield ToolParserSpec(
        name="deepseek_v31",
        target="mlxs_deepseek.tokens:DeepSeekV31",
        summary="JSON between special tokens: DeepSeek V3.1",
        aliases=("deepseekv31", "deepseek31", "deepseek3"),
        marks=(
            "tool['function']['name'] + '<｜tool▁sep｜>'",
            'tool["function"]["name"] + "<｜tool▁sep｜>"',
            "tool_call_name<｜tool▁sep｜>tool_call_arguments",
        ),
    )
    yield ToolParserSpec(
        name="deepseek_v32",
        target="mlxs_deepseek.dsml:DeepSeekV32",
        summary="typed parameters in <｜DSML｜function_calls>: DeepSeek V3.2",
        aliases=("deepseekv32", "deepseek32"),
        marks=("｜DSML｜", "dsml_token", "<｜DSML｜function_calls>"),
        converter=WALKS,
    )
    yield ToolParserSpec(
        name="deepseek_v4",
        target="mlxs_deepseek.dsml:DeepSeekV4",
        summary="typed parameters in <｜DSML｜tool_calls>: DeepSeek V4",
        aliases=("deepseekv4", "dsml", "deepseek_v4_0731"),
        marks=(
            "<｜DSML｜tool_calls>",
            "dsml_token }}tool_calls>",
            "dsml_token + 'tool_calls>",
            'dsml_token + "tool_calls>',
        ),
        converter=WALKS,
    )
    yield ToolParserSpec(
        name="deepseek_v41",
        target="mlxs_deepseek.dsml:DeepSeekV41",
        summary="typed parameters in <｜DSML｜ calls>: DeepSeek V4.1",
        aliases=("deepseekv41",),
        marks=("<｜DSML｜ calls>", "dsml_token }} calls>", "dsml_token + ' calls>", 'dsml_token + " calls>'),
        converter=WALKS,
    )


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(
        name="deepseek_v3",
        target="mlxs_deepseek.thoughts:DeepSeek",
        summary="<think>...</think>, which a call ends too: DeepSeek V3.1, V3.2, Cogito",
        aliases=("deepseek-v3", "deepseek3", "deepseek_v31", "deepseek_v32", "cogito"),
        marks=(
            "<｜Assistant｜></think>",
            "<｜Assistant｜><think>",
            "<｜DSML｜invoke name=",
            "<｜DSML｜ invoke name=",
            "dsml_token",
        ),
    )
    yield ReasoningParserSpec(
        name="deepseek_r1",
        target="mlxs_deepseek.thoughts:DeepSeekR1",
        summary="all before </think>, which a call ends too: DeepSeek R1, V4",
        aliases=("deepseek-r1", "deepseek_r1_distill", "deepseek_v4", "deepseek-v4", "deepseek_v41", "deepseek-v41"),
    )
