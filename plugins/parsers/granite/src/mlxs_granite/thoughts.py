"""Granite's thoughts."""

from __future__ import annotations

from mlxs.parsing.formats import Tagged


class Granite(Tagged):
    """`<think>...</think><response>...</response>` in Granite 3.3, and in Granite 3.2 in words.

    Those are `Here is my thought process: ... Here is my response: ...`.

    https://huggingface.co/ibm-granite/granite-3.3-8b-instruct/blob/main/tokenizer_config.json
    """

    others = tuple((f"{here} my thought process:", f"{here} my response:") for here in ("Here is", "Here's"))
    answer = ("<response>", "</response>")
    ended_by = ("<|tool_call|>",)


class GraniteThinking(Tagged):
    """A thought that the prompt has begun, up to `</think>`.

    https://docs.vllm.ai/en/stable/features/reasoning_outputs
    """

    begins_thinking = True
    ended_by = ("<tool_call><function=", "<tool_call>\n<function=")
