"""How GLM models, and those that write as they do, think and call tools."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec

# In a template's source a line break is one, or is spelt as Jinja does.
ON_LINES = ("</arg_key>\n<arg_value>", r"</arg_key>\n<arg_value>")
TIGHT = ("<arg_key>", "</arg_key><arg_value>")
IQUEST = ("<iquest_tool_call>", "</iquest_tool_call>", "</arg_value></iquest_tool_call>")
GLM45 = ("glm45", "glm46", "glm4", "glm", "poolside_v1", "laguna")
GLM47 = ("glm47_flash", "glm5", "spark25", "spark", "ling3")


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield ToolParserSpec(
        name="glm4_moe",
        target="mlxs_glm.calls:Glm45",
        summary="a name and tagged pairs in <tool_call>, on lines: GLM 4.5 and 4.6, Poolside Laguna",
        aliases=GLM45,
        marks=ON_LINES,
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="glm47",
        target="mlxs_glm.calls:Glm47",
        summary="a name and tagged pairs in <tool_call>: GLM 4.7 and 5, Ling 3, Spark 2.5",
        aliases=GLM47,
        marks=TIGHT,
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="iquest_q1",
        target="mlxs_glm.calls:IQuest",
        summary="a name and tagged pairs in <iquest_tool_call>: IQuest Q1",
        marks=IQUEST,
        converter="arguments_as_objects",
    )


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(
        name="glm4_moe",
        target="mlxs_glm.thoughts:Glm45",
        summary="<think>...</think>, which a GLM call ends too: GLM 4.5 and 4.6, Poolside Laguna",
        aliases=GLM45,
        marks=ON_LINES,
    )
    yield ReasoningParserSpec(
        name="glm47",
        target="mlxs_glm.thoughts:Glm47",
        summary="all before </think>, which a GLM call ends too: GLM 4.7 and 5, Ling 3, Spark 2.5",
        aliases=GLM47,
        marks=TIGHT,
    )
    yield ReasoningParserSpec(
        name="iquest_q1",
        target="mlxs_glm.thoughts:IQuest",
        summary="all before </think>, which a call in <iquest_tool_call> ends too: IQuest Q1",
        marks=IQUEST,
    )
