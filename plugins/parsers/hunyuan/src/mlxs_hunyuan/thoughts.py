"""Hunyuan's thoughts."""

from __future__ import annotations

from mlxs.parsing.formats import Tagged


class A13B(Tagged):
    """`<think>...</think>` and then `<answer>...</answer>`.

    https://huggingface.co/tencent/Hunyuan-A13B-Instruct/blob/main/chat_template.jinja
    """

    ended_by = ("<tool_calls>[", "<tool_calls>\n[")
    answer = ("<answer>", "</answer>")


class Hy3(Tagged):
    """All before `</think>`, which the published tokenizers spell `</think:opensource>`."""

    begins_thinking = True
    opening, closing = "<think:opensource>", "</think:opensource>"
    others = (("<think>", "</think>"),)
    ended_by = tuple(
        f"<tool_calls{ending}{gap}<tool_call{ending}" for ending in (":opensource>", ">") for gap in ("\n", "")
    )
