"""Kimi's thoughts, up to K2."""

from __future__ import annotations

from mlxs.parsing.formats import Tagged


class KimiK2(Tagged):
    """`<think>...</think>`; a call ends a thought too.

    https://huggingface.co/moonshotai/Kimi-K2-Thinking/blob/main/chat_template.jinja
    """

    ended_by = ("<|tool_calls_section_begin|>", "<|tool_call_section_begin|>", "<|tool_call_begin|>")


class Kimi(Tagged):
    """`◁think▷...◁/think▷`, of Kimi-VL and K1.5."""

    opening, closing = "◁think▷", "◁/think▷"
