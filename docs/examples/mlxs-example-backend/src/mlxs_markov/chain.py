"""A model anybody can train: what follows the last few words, counted in a text file."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from pydantic import Field

from mlxs.backends import ModelInfo, Progress
from mlxs.errors import MlxsError
from mlxs.options import TextModelOptions
from mlxs.text import Decoder, Job, TextBackend, Token

PIECES = re.compile(r"\s*(?:\w+|[^\w\s])|\s+")
END, UNKNOWN = 0, 1


class MarkovOptions(TextModelOptions):
    """Flags, variables and YAML keys that this kind of model adds to those of every text model."""

    order: int = Field(3, ge=1, description="Words and signs that the next one depends on.")


class Markov(TextBackend[MarkovOptions]):
    """A text file; each paragraph is one thing to say. Of sampling it knows temperature and seed."""

    def load(self, progress: Progress) -> ModelInfo:
        file = Path(self.options.model_path or "")
        if not file.is_file():
            raise MlxsError(f"there is no text file {str(file)!r}; name one with --model-path")
        paragraphs = [PIECES.findall(paragraph) for paragraph in file.read_text().split("\n\n")]
        self._words = ["", "\N{REPLACEMENT CHARACTER}", *sorted({word for words in paragraphs for word in words})]
        self._ids = {word: id for id, word in enumerate(self._words)}
        self._seen: defaultdict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
        for n, words in enumerate(paragraphs, 1):
            self._count([*(self._ids[word] for word in words), END])
            progress("counting", n, len(paragraphs))
        self.vocabulary_size = len(self._words)
        return ModelInfo(details={"words": len(self._words), "order": self.options.order})

    def _count(self, tokens: list[int]) -> None:
        for at, token in enumerate(tokens):
            for order in range(min(at, self.options.order) + 1):
                self._seen[tuple(tokens[at - order : at])][token] += 1

    def encode(self, text: str) -> list[int]:
        return [self._ids.get(piece, UNKNOWN) for piece in PIECES.findall(text)]

    def decoder(self) -> Decoder:
        return Words(self._words)

    def token_text(self, token: int) -> tuple[str, bytes]:
        return self._words[token], self._words[token].encode()

    def render(
        self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]] | None, variables: Mapping[str, Any]
    ) -> str:
        return str(messages[-1]["content"])

    def generate(self, job: Job) -> Iterator[Token]:
        random, said = Random(job.sampling.seed), list(job.prompt)
        for left in reversed(range(job.sampling.max_tokens or 0)):
            said.append(self._next(said[-self.options.order :], job.sampling.temperature or 0, random))
            if said[-1] == END:
                yield Token(END, finish="stop")
                return
            yield Token(said[-1], finish=None if left else "length")

    def _next(self, context: list[int], temperature: float, random: Random) -> int:
        while tuple(context) not in self._seen:  # the empty context has been seen
            context = context[1:]
        counts = self._seen[tuple(context)]
        if temperature == 0:
            return counts.most_common(1)[0][0]
        most = max(counts.values())  # keeps the powers below within reach
        return random.choices(list(counts), [(count / most) ** (1 / temperature) for count in counts.values()])[0]


class Words:
    """Every token here is whole characters, so nothing is ever held back."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words

    def add(self, token: int) -> str:
        return self._words[token]

    def finish(self) -> str:
        return ""
