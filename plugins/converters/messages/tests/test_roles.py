"""Roles, and what was thought."""

from __future__ import annotations

from mlxs.catalog import Catalog
from mlxs.choice import converter
from mlxs.plugins import Plugins
from mlxs.requests import ChatRequest, Message, TextPart
from mlxs.specs import ToolParserSpec
from mlxs_messages.reasoning import without_reasoning
from mlxs_messages.roles import standard

HI = Message(role="user", content="Hi")


def system(text: str) -> Message:
    return Message(role="system", content=text)


def roles(*turns: Message) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in standard(ChatRequest(messages=turns)).messages]


def test_developer_is_system() -> None:
    assert roles(Message(role="developer", content="Be kind."), HI) == [("system", "Be kind."), ("user", "Hi")]


def test_system_messages_at_the_beginning_are_one() -> None:
    parts = Message(role="developer", content=(TextPart(text="Be "), TextPart(text="kind.")))
    assert roles(system("Be brief."), parts, system(""), HI) == [("system", "Be brief.\n\nBe kind."), ("user", "Hi")]


def test_later_ones_stay_where_they_are() -> None:
    assert roles(HI, system("Now in French.")) == [("user", "Hi"), ("user", "Now in French.")]


def test_without_system_there_is_none() -> None:
    request = ChatRequest(messages=(HI,))
    assert standard(request) == request


def test_thoughts_are_left_out() -> None:
    thought = Message(role="assistant", content="Hello", reasoning="A greeting.")
    assert without_reasoning(ChatRequest(messages=(HI, thought))).messages[1].reasoning is None


def test_a_parser_chooses_its_converter_and_standard_is_the_default() -> None:
    plugins = Plugins()
    plugins.discover()
    shelf = Catalog(plugins).converters
    walks = ToolParserSpec(name="acme", target="nowhere:It", converter="arguments_as_objects")
    assert converter(shelf, "auto", walks).name == "arguments_as_objects"
    assert converter(shelf, "auto", ToolParserSpec(name="acme", target="nowhere:It")).name == "standard"
    assert converter(shelf, "auto", None).name == "standard"
    assert converter(shelf, "none", walks).name == "none"
    assert converter(shelf, "without_reasoning", walks).name == "without_reasoning"
