"""The converter."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mlxs.requests import ChatRequest, Message, ToolCall
from mlxs_messages.arguments import arguments_as_objects


def converted(arguments: str | dict[str, Any]) -> Any:
    call = ToolCall(id="1", name="f", arguments=arguments)
    request = ChatRequest(messages=(Message(role="user", content="Hi"), Message(role="assistant", tool_calls=(call,))))
    messages = arguments_as_objects(request).messages
    assert messages[0] is request.messages[0]
    assert (messages[1].tool_calls[0].id, messages[1].tool_calls[0].name) == ("1", "f")
    return messages[1].tool_calls[0].arguments


def test_objects_in_their_order() -> None:
    assert list(converted('{"b": 1, "a": {"c": [2]}}').items()) == [("b", 1), ("a", {"c": [2]})]


@pytest.mark.parametrize("nothing", ["", "  ", "{}"])
def test_no_arguments_are_an_empty_object(nothing: str) -> None:
    assert converted(nothing) == {}


@pytest.mark.parametrize("odd", ["[1]", '"x"', "3", '{"a": ', "{'a': 1}", "[" * 100_000])
def test_what_is_no_object_stays(odd: str) -> None:
    assert converted(odd) == odd


def test_objects_stay() -> None:
    arguments = json.loads('{"a": 1}')
    assert converted(arguments) is arguments
