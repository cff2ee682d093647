"""Functionary's calls: the published kit, and the prompts that begin them."""

from __future__ import annotations

import pytest

from mlxs.testing import Sample, ToolParserKit
from mlxs.testing.laws import said
from mlxs_llama.functionary import Recipients


class TestFunctionary(ToolParserKit):
    parser = "functionary"
    framing = ">>>all"
    samples = {
        "text and two calls": Sample(
            text='>>>all\nI row.\n>>>row\n{"n": 2}\n>>>b\n{}', content="I row.", calls=(("row", {"n": 2}), ("b", {}))
        ),
        "begun by the prompt": Sample(
            text='row\n{"n": 2}', prompt="<|end_header_id|>\n\n>>>", calls=(("row", {"n": 2}),)
        ),
        "no call": Sample(text="x >>> y and >>>f(1)", content="x >>> y and >>>f(1)"),
        "marks in a row": Sample(text=">>>>>>all\nI row.", content=">>>>>>all\nI row."),
    }


class TestFunctionary31(ToolParserKit):
    parser = "functionary_v31"
    samples = {
        "two calls": Sample(
            text='I row.<function=row>{"n": 2}</function><function=b>{}</function>',
            content="I row.",
            calls=(("row", {"n": 2}), ("b", {})),
        ),
        "no call": Sample(text="<function=row>n=2</function>", content="<function=row>n=2</function>"),
    }


@pytest.mark.parametrize(
    "text",
    ['<|recipient|>row\n<|content|>{"n": 2}<|stop|>', '<|recipient|> row<|content|> {"n": 2}\n<|from|>assistant\n'],
)
def test_version_2(text: str) -> None:
    answer = said(Sample(text=text).read(Recipients, *text))
    assert [(call.name, call.arguments) for call in answer.calls] == [("row", '{"n": 2}')]
    assert not answer.content


def test_words_after_the_prompt() -> None:
    text = "all\nI row.\n>>>row\n{}"
    answer = said(Sample(text=text, prompt=">>>").read(Recipients, *text))
    assert (answer.content, [call.name for call in answer.calls]) == ("I row.", ["row"])
