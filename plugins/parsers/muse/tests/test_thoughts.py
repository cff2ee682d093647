"""Thoughts: the published kit, and thoughts with calls."""

from __future__ import annotations

import pytest

from mlxs.parsing import Chain, ToolParser
from mlxs.testing import ReasoningParserKit, Sample
from mlxs.testing.laws import said
from mlxs_muse.calls import Muse, MuseGlimmer
from mlxs_muse.messages import MuseThoughts


class TestMuse(ReasoningParserKit):
    parser = "muse"
    samples = {
        "after the prompt": Sample(
            text=" to=self<|message|>\nHm to=x \n<|eom|><|start|>assistant to=user<|message|> So.<|eot|>",
            prompt="<|start|>assistant",
            reasoning="Hm to=x",
            content=" So.",
        ),
        "calls stay": Sample(
            text="<|message|>Hm<|start|>assistant to=f<|message|>a to=self<|message|><|eom|>"
            "<|start|>assistant<|message|>Ha",
            reasoning="HmHa",
            content="<|start|>assistant to=f<|message|>a to=self<|message|><|eom|>",
        ),
    }


@pytest.mark.parametrize("calls", [Muse, MuseGlimmer])
def test_thought_call_and_text(calls: type[ToolParser]) -> None:
    text = f" to=self<|message|>I look.<|eom|><|start|>assistant{calls().write('look', {'at': 'it'})}<|eom|>"
    chain = Chain(MuseThoughts(), calls())
    text += "<|start|>assistant to=user<|message|>There.<|eot|>"
    events = [event for letter in text for event in chain.feed(letter)]
    answer = said([*events, *chain.finish()])
    assert (answer.reasoning, answer.content) == ("I look.", "There.")
    assert [(call.name, call.arguments) for call in answer.calls] == [("look", '{"at": "it"}')]
