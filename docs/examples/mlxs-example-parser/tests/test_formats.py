"""Both formats, held against the published kit."""

from __future__ import annotations

from mlxs.requests import Tool
from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit

BUY = Tool(name="buy", parameters={"type": "object", "properties": {"what": {"type": "string"}}})
CALL = '<|call|>buy {"what": "an umbrella"}<|end|>'
BOUGHT = ("buy", {"what": "an umbrella"})


class TestCalling(ToolParserKit):
    parser = "acme"
    samples = {
        "a call": Sample(text=CALL, calls=(BOUGHT,), tools=(BUY,)),
        "words and two calls": Sample(text=f"It rains.\n{CALL}\n{CALL}", content="It rains.", calls=(BOUGHT, BOUGHT)),
        "broken off in the arguments": Sample(text=CALL[:28], calls=(("buy", '{"what": "an umb'),)),
        "broken off in the name": Sample(text="Well. <|call|>bu", content="Well. <|call|>bu"),
        "no name": Sample(text="<|call|> {}<|end|>", content="<|call|> {}<|end|>"),
        "no arguments": Sample(text="I write <|call|>buy now<|end|>.", content="I write <|call|>buy now<|end|>."),
        "a line, not a call": Sample(text="<|call|>buy\n{}", content="<|call|>buy\n{}"),
        "the end is missing": Sample(text='<|call|>buy {"what": "an umbrella"} ok', content=" ok", calls=(BOUGHT,)),
    }


class TestThinking(ReasoningParserKit):
    parser = "acme"
    samples = {
        "a thought": Sample(text="<|thought|>It rains.<|answer|>Stay in.", reasoning="It rains.", content="Stay in."),
        "begun by a template": Sample(text="Hm.<|answer|>Yes", prompt="<|thought|>", reasoning="Hm.", content="Yes"),
        "none": Sample(text="Stay in.", content="Stay in."),
        "all thought": Sample(text="<|thought|>It rains, and", reasoning="It rains, and"),
    }
