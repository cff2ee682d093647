"""How Llama models call tools."""

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
