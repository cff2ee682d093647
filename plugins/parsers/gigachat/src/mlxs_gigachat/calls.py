"""GigaChat's calls."""

from __future__ import annotations

from mlxs.parsing.formats import STRING_OR_JSON, Invokes, JsonCalls

MESSAGE = "<|message_sep|>\n\nfunction call<|role_sep|>\n"


class GigaChat3(JsonCalls):
    """`function call<|role_sep|>{"name": ..., "arguments": {...}}`: a message of its own, after the answer's.

    https://github.com/ggml-org/llama.cpp/blob/master/models/templates/GigaChat3-10B-A1.8B.jinja
    """

    openings = (
        MESSAGE,
        "<|message_sep|>\n\nfunction call<|role_sep|>",
        "function call<|role_sep|>",
        "<|function_call|>",
    )
    closings = ("</s>", "<|message_sep|>")
    around = (MESSAGE, "")
    separator = MESSAGE


class GigaChat31(GigaChat3):
    """`<|function_call|>{"name": ..., "arguments": {...}}`."""

    around = ("<|function_call|>", "")
    separator = "<|function_call|>"


class GigaChat35(Invokes):
    """`<｜GCML｜invoke name="f"><｜GCML｜parameter name="a" string="false">1</｜GCML｜parameter></｜GCML｜invoke>`.

    https://github.com/ggml-org/llama.cpp/blob/master/models/templates/GigaChat3.5.jinja
    """

    opening, closing = "<｜GCML｜tool_calls>", "</｜GCML｜tool_calls>"
    prefix = "｜GCML｜"
    types = STRING_OR_JSON
    certain = True
    unclosed = ""
