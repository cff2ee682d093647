"""InternLM's calls and thoughts."""

from __future__ import annotations

from mlxs.parsing.formats import JsonCalls, Tagged


class Calls(JsonCalls):
    """`<|action_start|><|plugin|>{"name": ..., "parameters": {...}}<|action_end|>`, once for each call.

    https://github.com/InternLM/InternLM/blob/main/chat/chat_format.md
    """

    openings = ("<|action_start|><|plugin|>", "<|action_start|> <|plugin|>")
    closings = ("<|action_end|>",)
    arguments_keys = ("parameters", "arguments")
    around = ("<|action_start|><|plugin|>\n", "<|action_end|>")
    separator = "".join(reversed(around))


class Thoughts(Tagged):
    """`<think>...</think>`, which a call ends too: Intern-S1.

    https://huggingface.co/internlm/Intern-S1/blob/main/chat_template.jinja
    """

    ended_by = Calls.openings
