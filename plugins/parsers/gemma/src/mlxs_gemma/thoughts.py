"""Gemma's thoughts."""

from __future__ import annotations

from mlxs.events import ReasoningDelta, TextDelta
from mlxs.parsing import ReasoningParser, Scanner, Script

OPENING, CLOSING, CALL = "<|channel>", "<channel|>", "<|tool_call>"


class Gemma4(ReasoningParser):
    """`<|channel>thought...<channel|>`, before any call; more than one where the model has empty ones too.

    A closing token that closes nothing is dropped. Where special tokens were left out of the text, an
    answer that begins with the line `thought` begins with a thought.

    https://ai.google.dev/gemma/docs/capabilities/thinking
    """

    tags = (f"{OPENING}thought\n", CLOSING)

    def parse(self, text: Scanner) -> Script[None]:
        stop = yield from text.match("thought\n")
        while stop or (stop := (yield from text.pour(TextDelta, OPENING, CLOSING, CALL))):
            if stop == CALL:
                yield TextDelta(stop)
                return
            if stop == CLOSING:
                stop = ""
                continue
            if (yield from text.match("thought\n", f"thought{CLOSING}")) != f"thought{CLOSING}":
                yield from text.space()
                stop = (yield from text.pour(ReasoningDelta, CLOSING, f"{CALL}call:", trim=True)).lstrip()
                if stop not in ("", CLOSING):
                    yield TextDelta(stop)
                    return
            while (yield from text.match(CLOSING, "\n")):
                pass
            stop = ""
