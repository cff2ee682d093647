"""How Llama models, and models made of them, call tools."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ToolParserSpec


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield ToolParserSpec(
        name="llama3_json",
        target="mlxs_llama.json:Llama3Json",
        summary="bare JSON, or JSON after <|python_tag|>: Llama 3.1 to 3.3, Llama 4",
        aliases=("llama3", "llama4_json", "llama"),
        marks=('{"name": function name, "parameters": dictionary of argument name and its value}',),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="pythonic",
        target="mlxs_llama.pythonic:Pythonic",
        summary="Python calls in a list, bare or after <|python_start|>: Llama 3.2, Llama 4, ToolACE",
        aliases=("llama4_pythonic", "llama4", "toolace"),
        marks=("[func_name1(params_name1=params_value1",),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="functionary",
        target="mlxs_llama.functionary:Recipients",
        summary=">>>f and arguments on the next line: Functionary 3.2 and 2",
        aliases=("meetkai", "functionary_v32", "functionary_v3_2"),
        marks=(">>>all", "<|recipient|>"),
    )
    yield ToolParserSpec(
        name="functionary_v31",
        target="mlxs_llama.functionary:Functions",
        summary="JSON in <function=f>: Functionary 3.1",
        aliases=("functionary_v3_1",),
        marks=("<function=example_function_name>",),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="xlam",
        target="mlxs_llama.xlam:Calls",
        summary="a bare JSON list: xLAM",
        marks=("make calls in a single JSON array",),
        converter="arguments_as_objects",
    )
