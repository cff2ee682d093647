"""A budget of thought, followed character by character: here a token is a character's code."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlxs.requests import Thought
from mlxs.text import Budget

TAGS = Thought(opening="<t>", closing="</t>", ends=("<call>",))


class Characters:
    def add(self, token: int) -> str:
        return chr(token)

    def finish(self) -> str:
        return ""


def budget(most: int, thought: Thought = TAGS, generation_prompt: str = "") -> Budget:
    return Budget(most, thought, list(map(ord, thought.closing)), Characters(), generation_prompt)


def said(wanted: str, *args: Any) -> str:
    """The answer of a model that wants to say this, and goes on with it where it may say what it wants."""
    follower, answer, left = budget(*args), "", list(wanted)
    while left or follower.forced is not None:
        token = chr(follower.forced) if follower.forced is not None else left.pop(0)
        answer += token
        follower.take(ord(token))
    return answer


@pytest.mark.parametrize(
    ("most", "wanted", "answer"),
    [
        (3, "<t>abcdef", "<t>abc</t>def"),
        (6, "<t>ab</t>def", "<t>ab</t>def"),
        (0, "<t>abc", "<t></t>abc"),
        (3, "no <u>thought", "no <u>thought"),
        (2, "so <t>abc", "so <t>ab</t>c"),
        (3, "<t>a</b", "<t>a</t>b"),  # a tag that has begun is gone on with
        (9, "<t>a<call>b <t>c d e", "<t>a<call>b <t>c d e"),  # a call ends it
        (2, "<t>abc and <t>def", "<t>ab</t>c and <t>def"),  # what comes after it only mentions the tag
    ],
)
def test_a_thought_is_closed_where_its_budget_ends(most: int, wanted: str, answer: str) -> None:
    assert said(wanted, most) == answer


def test_the_prompt_may_begin_a_thought_and_end_it() -> None:
    assert said("abcdef", 3, TAGS, "assistant<t>") == "abc</t>def"
    assert budget(3, TAGS, "assistant<t></t>").over
    assert budget(3, TAGS, "assistant</t>").over
    begun = Thought(opening="<t>", closing="</t>", begun=True)
    assert said("abcdef", 3, begun) == "abc</t>def"
    assert budget(3, begun, "<t>\n</t>").over


def test_several_thoughts_share_a_budget() -> None:
    again = Thought(opening="<t>", closing="</t>", again=True)
    assert said("<t>abc</t>d<t>efgh", 8, again) == "<t>abc</t>d<t>ef</t>gh"  # the tag's first three count too


@given(st.text("<t>/abc", max_size=60), st.integers(0, 9), st.booleans(), st.sampled_from(["", "<t>", "x<t></t>"]))
def test_no_thought_is_longer_and_nothing_else_is_touched(wanted: str, most: int, again: bool, prompt: str) -> None:
    thought = Thought(opening="<t>", closing="</t>", again=again)
    answer = said(wanted, most, thought, prompt)
    opened = (prompt + answer).partition("<t>")[2]
    assert len(opened.partition("</t>")[0]) <= most
    if "<t>" not in prompt + wanted:
        assert answer == wanted
