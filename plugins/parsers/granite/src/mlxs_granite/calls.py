"""Granite's formats of tool calls."""

from __future__ import annotations

from mlxs.parsing.formats import JsonCalls, TaggedParameters


class Granite(JsonCalls):
    """`<|tool_call|>[{"name": ..., "arguments": {...}}]`; in Granite 3.1 the mark is `<tool_call>`.

    https://huggingface.co/ibm-granite/granite-3.3-8b-instruct/blob/main/tokenizer_config.json
    """

    openings = ("<|tool_call|>", "<tool_call>")
    closings = ("</tool_call>", "<|/tool_call|>")
    around = ("<|tool_call|>[", "]")


class Granite20bFc(JsonCalls):
    """`<function_call> {"name": ..., "arguments": {...}}`, once for each call.

    https://huggingface.co/ibm-granite/granite-20b-functioncalling
    """

    openings = ("<function_call> ", "<function_call>")
    around = ("<function_call> ", "")
    separator = "\n<function_call> "


class GraniteThinking(TaggedParameters):
    """`<tool_call><function=...><parameter=...>...</parameter></function></tool_call>`.

    https://docs.vllm.ai/en/stable/features/reasoning_outputs
    """
