"""Qwen's thoughts."""

from __future__ import annotations

from itertools import product

from mlxs.parsing.formats import Tagged

CALLS = tuple(map("".join, product(["<tool_call>"], ["", "\n", " ", "\n\n"], ["{", "<function="])))


class Qwen3(Tagged):
    """`<think>...</think>`; the model may call a tool and forget to close its thought first.

    https://huggingface.co/Qwen/Qwen3-8B/blob/main/tokenizer_config.json
    """

    ended_by = CALLS


class Qwen35(Qwen3):
    """As Qwen 3, but the prompt opens the thought, or closes it: all before `</think>` is thought.

    https://huggingface.co/Qwen/Qwen3.5-4B/blob/main/chat_template.jinja
    """

    begins_thinking = True


class Handoff(Tagged):
    """`<thinking>...</thinking>`, which any `<tool_call>` ends too; one closing tag after that is dropped."""

    opening, closing = "<thinking>", "</thinking>"
    ended_by = ("<tool_call>",)
