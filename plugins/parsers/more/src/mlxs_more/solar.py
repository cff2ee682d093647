"""Solar Open: messages `<|begin|>assistant`, each with a mark that says what it is.

https://huggingface.co/upstage/Solar-Open-100B/blob/main/chat_template.jinja
"""

from __future__ import annotations

from mlxs.parsing.formats import Framed, NamedJson

BEGIN, END = "<|begin|>assistant", "<|end|>"
FRAMES = (BEGIN, "<|content|>", "<|flush|>")


class Calls(NamedJson):
    """`<|tool_calls|><|tool_call:begin|>ID<|tool_call:name|>f<|tool_call:args|>{...}<|tool_call:end|>`."""

    section = ("<|tool_calls|>", "<|calls|>")
    begin, end = "<|tool_call:begin|>", "<|tool_call:end|>"
    label = ("0", "<|tool_call:name|>")
    middle = "<|tool_call:args|>"
    asides = (*FRAMES, END)


class Thoughts(Framed):
    """`<|think|>...<|end|>`, and the text of the answer without what is around it."""

    opening, closing = "<|think|>", END
    frames = FRAMES
    calls = (Calls.section[0], Calls.begin)
