"""Whole conversations, up to the answer that the model shall give."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from . import wire
from .offers import Offers, fit_together
from .results import result
from .samples import Message, Mode, Sample
from .talk import talk
from .together import joined, repeated
from .tools import Request
from .values import Values
from .words import phrases

# Tools that could answer a question that the model knows the answer to: such questions are not asked beside them.
ALONE = {"get_capital", "define_word", "web_search", "get_news", "tell_joke", "add", "calculate", "get_movie"}
ALONE |= {"get_user", "get_location", "list_tasks"}


class Conversations:
    """Makes samples.

    Args:
        values: Where chance and values come from.
    """

    def __init__(self, values: Values) -> None:
        self.values, self.rng, self.offers = values, values.rng, Offers(values)

    def sample(self) -> Sample:
        """One of any kind, in the proportions that training wants."""
        (make,) = self.rng.choices(
            [self.one_call, self.several_calls, self.told, self.next_call, self.no_fit, self.no_tools, self.talked],
            [38, 9, 9, 6, 23, 2, 13],
        )
        return make()

    def one_call(self, generic: float = 0.45, others: int | None = None) -> Sample:
        """A request that one of the tools fits."""
        request = self.offers.request(generic)
        return self._called("family" if request.about else "invented", [request], [], others)

    def several_calls(self) -> Sample:
        """Two or three calls in one answer."""
        first = self.offers.request()
        if self.rng.random() < 0.5 and (again := repeated(first, self.values)):
            return self._called("parallel", again, [], None, text=again[0].text)
        second = self.offers.request()
        if not fit_together(first, second):
            return self.several_calls()
        return self._called("parallel", [first, second], [], None, text=joined(first, second, self.values))

    def next_call(self) -> Sample:
        """A call later in a conversation: after small talk, or after another call and its result."""
        before = self._earlier()
        return self._called("later", [self.offers.request()], before[0], None, more=before[1])

    def told(self, generic: float = 0.35) -> Sample:
        """What a tool, or two, returned, told in a sentence."""
        request = self.offers.request(generic)
        requests = [request]
        if self.rng.random() < 0.12 and fit_together(request, second := self.offers.request(generic)):
            requests.append(second)
        mode = self._mode()
        asked = request.text if len(requests) == 1 else joined(requests[0], requests[1], self.values)
        before, known = self._earlier() if self.rng.random() < 0.08 else ([], [])
        turn = wire.message(_calls(requests))
        if mode == "think" and self.rng.random() < 0.5:
            turn["reasoning_content"] = wire.thought_before(_calls(requests))
        if self.rng.random() < 0.3:
            turn["content"] = ""
        found = [result(each, self.values) for each in requests]
        messages = [*before, self._user(asked, mode), turn]
        messages += [
            {"role": "tool", "tool_call_id": f"call_{index}", "content": text} for index, (text, _) in enumerate(found)
        ]
        tools = self.offers.tools(requests, self.rng.choice([0, 0, 0, 1, 2, 4]), known)
        answer = " ".join(sentence for _, sentence in found)
        return Sample("told", self._system(messages), tools, mode, answer=answer, thought=wire.RETURNED)

    def no_fit(self, generic: float = 0.45, others: int | None = None) -> Sample:
        """A request for which there are tools, but none that fits."""
        request, mode = self.offers.request(generic), self._mode()
        count = others or self.rng.choice([1, 1, 1, 2, 2, 3, 4, 5])
        tools = [other.tool for other in self.offers.others([request], count, apart=True)]
        before = self._earlier(with_tools=False)[0] if self.rng.random() < 0.08 else []
        messages = self._system([*before, self._user(request.text, mode)])
        return Sample("no fit", messages, tools, mode, answer=wire.NO_TOOL, thought=wire.NO_FIT)

    def no_tools(self) -> Sample:
        """A request that needs a tool, where there are none."""
        request, mode = self.offers.request(0.3), self._mode()
        if request.about in ALONE:
            return self.no_tools()
        messages = self._system([self._user(request.text, mode)])
        return Sample("no tools", messages, [], mode, answer=wire.NO_TOOL, thought=wire.NO_FIT)

    def talked(self) -> Sample:
        """A question that needs no tool, whether there are some or not."""
        alone, mode = self.rng.random() < 0.6, self._mode()
        turns = talk(self.values, alone)
        if self.rng.random() < 0.15:
            turns = talk(self.values, alone) + turns
        messages: list[Message] = []
        for asked, answer in turns[:-1]:
            messages += [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
        messages.append(self._user(turns[-1][0], mode))
        others = [] if alone else self.offers.others([], self.rng.choice([1, 1, 2, 3, 4]))
        tools = [other.tool for other in others if other.about not in ALONE]
        return Sample("talk", self._system(messages), tools, mode, answer=turns[-1][1])

    def _called(
        self,
        kind: str,
        requests: list[Request],
        before: list[Message],
        others: int | None,
        text: str = "",
        more: Sequence[dict[str, Any]] = (),
    ) -> Sample:
        mode, count = self._mode(), self.rng.choice([0, 0, 1, 1, 2, 2, 3, 4]) if others is None else others
        messages = self._system([*before, self._user(text or requests[0].text, mode)])
        tools = self.offers.tools(requests, count, more)
        wanted = _calls(requests)
        return Sample(kind, messages, tools, mode, calls=wanted, thought=wire.thought_before(wanted))

    def _earlier(self, with_tools: bool = True) -> tuple[list[Message], list[dict[str, Any]]]:
        """Turns that went before, and the tools that they used."""
        if not with_tools or self.rng.random() < 0.4:
            ((asked, answer), *_) = talk(self.values, False)
            return [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}], []
        request = self.offers.request()
        content, sentence = result(request, self.values)
        return [
            {"role": "user", "content": request.text},
            wire.message(_calls([request]), "old_"),
            {"role": "tool", "tool_call_id": "old_0", "content": content},
            {"role": "assistant", "content": sentence},
        ], [request.tool]

    def _mode(self) -> Mode:
        return self.rng.choice(["think", "think", "off", "off", "soft"])

    def _user(self, text: str, mode: Mode) -> Message:
        if mode == "soft":
            text = f"{text} /no_think" if self.rng.random() < 0.85 else f"/no_think {text}"
        return {"role": "user", "content": text}

    def _system(self, messages: list[Message]) -> list[Message]:
        if self.rng.random() < 0.72:
            return messages
        count = self.rng.choice([1, 1, 2])
        said = [self.rng.choice(phrases("system")).replace("{}", self.values.phrase(3)) for _ in range(count)]
        return [{"role": "system", "content": " ".join(said)}, *messages]


def _calls(requests: Sequence[Request]) -> list[wire.Call]:
    return [(request.tool["name"], request.arguments) for request in requests]


def conversations(rng: Random, pieces: Sequence[str] = (), held_out: bool = False) -> Conversations:
    return Conversations(Values(rng, pieces, held_out))
