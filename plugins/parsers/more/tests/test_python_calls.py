"""Families that write Python calls: the published kit."""

from __future__ import annotations

from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs_more.ui_tars import Calls as UiTars


class TestOlmo3(ToolParserKit):
    parser = "olmo3"
    samples = {
        "two calls": Sample(
            text="So:\n<function_calls>\nrow(to='Thun', now=true)\nb()\n</function_calls>",
            content="So:",
            calls=(("row", {"to": "Thun", "now": True}), ("b", {})),
        ),
        "no call": Sample(
            text="<function_calls>f(x)</function_calls>", content="<function_calls>f(x)</function_calls>"
        ),
        "broken off": Sample(text="<function_calls>row(to='Th", calls=(("row", '{"to": "Th'),)),
    }


class TestUiTars(ToolParserKit):
    parser = "ui_tars"
    samples = {
        "an action": Sample(
            text="So.\nAction: click(point='<point>3 4</point>')\n\nwait()",
            content="So.",
            calls=(("click", {"point": "<point>3 4</point>"}), ("wait", {})),
        ),
        "no call": Sample(text="Action: I click (twice).", content="Action: I click (twice)."),
    }


class TestOlmo3Thoughts(ReasoningParserKit):
    parser = "olmo3"
    samples = {
        "begun by the prompt": Sample(
            text="Deep.</think>Row.", prompt="<|im_start|>assistant\n<think>", reasoning="Deep.", content="Row."
        )
    }


class TestUiTarsThoughts(ReasoningParserKit):
    parser = "ui_tars"
    samples = {
        "thought and action": Sample(
            text="Thought: I wait.\nAction: wait()", reasoning="I wait.", content="Action: wait()"
        ),
        "no thought": Sample(text=" So. Thought: no", content=" So. Thought: no"),
    }


def test_what_is_typed_may_have_quotes_in_it() -> None:
    text = "Action: type(content='It's \"5\"\\n')"
    answer = said(Sample(text=text).read(UiTars, *text))
    assert [call.arguments for call in answer.calls] == ['{"content": "It\'s \\"5\\"\\n"}']
