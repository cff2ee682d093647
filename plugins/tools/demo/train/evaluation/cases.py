"""What the model is asked, and what it should answer: values, names, tools and sentences that training has not seen."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from ..data import wire
from ..data.conversations import Conversations, conversations
from ..data.grammar import fill, slots
from ..data.offers import ALIKE
from ..data.samples import Sample
from ..data.schemas import typed
from ..data.values import Values
from ..data.words import listed, words

SIGNATURE = re.compile(r"(\w+)\((.*?)\) (.*)")
KINDS = {"days": "count", "minutes": "count", "time": "clock", "recipient": "person", "name": "person", "a": "int"}
KINDS |= {"subject": "title", "task": "deed", "destination": "place", "order_id": "id", "word": "oneword", "b": "int"}
ARGUMENTS = {"add_reminder": {"task": "text"}, "play_music": {"song": "title"}}
VARIANTS = 5


@dataclass(frozen=True)
class Case:
    """A request to the server, and what is right.

    Args:
        body: The request, but for the model.
        calls: The right calls, in order; none where it should answer.
        answer: The right answer, word for word; none where any will do that calls nothing.
    """

    body: dict[str, Any]
    calls: list[wire.Call]
    answer: str | None = None

    def right(self, message: dict[str, Any]) -> bool:
        """Whether a message of the server is what is wanted."""
        functions = [call["function"] for call in message.get("tool_calls") or []]
        made = [(function["name"], _read(function["arguments"])) for function in functions]
        said = (message.get("content") or "").strip()
        if self.calls:
            return made == self.calls and not said
        return not made and (bool(said) if self.answer is None else said == self.answer)


def cases(count: int, seed: int = 2) -> Iterator[tuple[str, list[Case]]]:
    """The sets, each with that many cases or more."""
    sets: dict[str, Callable[[Conversations], Sample]] = {
        "unseen values": lambda maker: maker.one_call(generic=0, others=maker.rng.choice([0, 1, 2])),
        "unseen tools": lambda maker: maker.one_call(generic=1, others=maker.rng.choice([0, 1, 2])),
        "3 to 5 tools offered": lambda maker: maker.one_call(others=maker.rng.choice([2, 3, 4])),
        "no tool fits": lambda maker: maker.no_fit(),
        "result to sentence": lambda maker: maker.told(),
        "several calls": lambda maker: maker.several_calls(),
        "a later turn": lambda maker: maker.next_call(),
        "questions": lambda maker: maker.talked(),
    }
    for name, make in sets.items():
        maker = conversations(Random(f"{seed}/{name}"), held_out=True)
        found = (case(make(maker)) for _ in iter(int, 1))
        yield name, list(islice(found, count))
    yield "hand-written phrasings", phrasings(Random(f"{seed}/phrasings"))


def case(sample: Sample) -> Case:
    """The sample as a request through OpenAI's API."""
    messages = [_as_sent(message) for message in sample.messages]
    answer = None if sample.kind == "no fit" else sample.answer
    return Case(_body(messages, sample.tools, sample.mode != "off"), sample.calls, answer)


def phrasings(rng: Random) -> list[Case]:
    """The hand-written requests, each with a few values, beside none to two other tools."""
    with (Path(__file__).parent / "phrasings.toml").open("rb") as file:
        page = tomllib.load(file)
    tools = {name: _tool(signature) for name, signature in page["tools"].items()}
    values, found = Values(rng, held_out=True), {}
    for name, sentences in page["requests"].items():
        alike = set[str]().union({name}, *(group for group in ALIKE if name in group))
        others = [tools[other] for other in tools if other not in alike]
        for sentence in sentences:
            for _ in range(VARIANTS):
                drawn = _drawn(sentence, values)
                said = fill(sentence, {slot: value for slot, (value, _) in drawn.items()})
                offered = [tools[name], *rng.sample(others, rng.choice([0, 1, 2]))]
                rng.shuffle(offered)
                renamed = ARGUMENTS.get(name, {})
                arguments = {
                    key: typed(*drawn[slot])
                    for key in tools[name]["parameters"]["properties"]
                    for slot in drawn
                    if renamed.get(slot, slot) == key
                }
                body = _body([{"role": "user", "content": said}], offered, rng.random() < 0.5)
                found[said] = Case(body, [(name, arguments)])
    return list(found.values())


def _drawn(sentence: str, values: Values) -> dict[str, tuple[str, str]]:
    """A value for each slot, with its kind: words of the lists where there is a list."""
    drawn: dict[str, tuple[str, str]] = {}
    for slot in slots(sentence):
        kind = KINDS.get(slot, slot)
        if slot in ("from", "to"):
            kind = "currency" if "amount" in sentence else "city" if "{from}" in sentence else "person"
        others = [value for value, _ in drawn.values()]
        value = next(value for value in iter(lambda: _value(kind, values), "") if value not in others)  # noqa: B023
        drawn[slot] = (value, kind)
    return drawn


def _value(kind: str, values: Values) -> str:
    return values.rng.choice(words(kind, held_out=True)) if listed(kind) else values.draw(kind)


def _tool(signature: str) -> dict[str, Any]:
    found = SIGNATURE.fullmatch(signature)
    assert found, signature
    name, arguments, about = found.groups()
    pairs = [argument.split(": ") for argument in arguments.split(", ") if argument]
    properties = {key.removesuffix("?"): {"type": kind} for key, kind in pairs}
    required = [key for key, _ in pairs if not key.endswith("?")]
    parameters = {"type": "object", "properties": properties, "required": required}
    return {"name": name, "description": about, "parameters": parameters}


def _body(messages: list[dict[str, Any]], tools: list[dict[str, Any]], thinks: bool) -> dict[str, Any]:
    body: dict[str, Any] = {"messages": messages, "temperature": 0, "max_tokens": 400, "enable_thinking": thinks}
    return {**body, "tools": [{"type": "function", "function": tool} for tool in tools]} if tools else body


def _read(arguments: str) -> Any:
    """The arguments, or None where they are no JSON, which is never right."""
    try:
        return json.loads(arguments)
    except ValueError:
        return None


def _as_sent(message: dict[str, Any]) -> dict[str, Any]:
    """The message with arguments as text, as OpenAI's API has them."""
    if "tool_calls" not in message:
        return message
    calls = []
    for call in message["tool_calls"]:
        arguments = json.dumps(call["function"]["arguments"], ensure_ascii=False)
        calls.append({**call, "function": {**call["function"], "arguments": arguments}})
    return {**message, "tool_calls": calls}
