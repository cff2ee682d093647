"""KV caches of earlier conversations, to begin a prompt with that begins as they did.

mlx-lm's `LRUPromptCache` is not used: it takes quadratic time where a long conversation shares a short
beginning with a prompt, a hit does not keep an entry from being the next to go, and a prompt that is
there to the last token leaves nothing to feed the model.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlx.core as mx
import numpy as np
from mlx_lm.models.cache import can_trim_prompt_cache
from numpy.typing import NDArray

from mlxs.text import SHOWN, Job, Nearest

from .shelf import Shelf, Shelved

Cache = list[Any]
"""What a model keeps of the tokens it has read, layer by layer: mlx-lm's cache objects."""

UNBOUNDED = frozenset({"KVCache", "Shift"})
"""Kinds of caches that can forget any number of tokens, by name: mlx-vlm has classes of its own."""

LEAST = 8
"""Tokens below which a common beginning is not worth it: every chat begins with the same few."""


@dataclass(eq=False)
class Entry:
    """One conversation; `cache` is None where it is only on the shelf, `shelved` where it is not there.

    Args:
        tokens: What the cache holds, shape (tokens,).
        trimmable: Whether the cache can forget its last tokens.
    """

    tokens: NDArray[np.int32]
    trimmable: bool
    nbytes: int
    cache: Cache | None = None
    shelved: Path | None = None


class PromptCache:
    """The caches used last.

    Args:
        entries: How many at most in memory, and how many on the shelf.
        nbytes: How many bytes of them at most, likewise; None: any number.
        shelf: Where those go that leave memory, and all when the model is closed.
    """

    def __init__(self, entries: int, nbytes: int | None = None, shelf: Shelf | None = None) -> None:
        self._most_entries = entries
        self._most_bytes = float("inf") if nbytes is None else nbytes
        self._shelf = shelf
        self._entries: list[Entry] = []  # the one used last comes last
        for found in shelf.contents() if shelf else ():
            self._entries.append(Entry(found.tokens, found.trimmable, found.nbytes, shelved=found.file))
        self._make_room()

    def __bool__(self) -> bool:
        """Whether anything is kept at all."""
        return self._most_entries > 0

    def fetch(self, prompt: list[int]) -> tuple[Cache | None, int]:
        """A cache of the longest beginning of a prompt, and that beginning's length.

        The caller owns the cache. At least one token of the prompt is left to be read.
        """
        wanted = np.array(prompt[:-1], np.int32)
        while self._entries:
            length, n = max((_shared(entry, wanted), n) for n, entry in enumerate(self._entries))
            if length < LEAST:
                break
            entry = self._entries[n]
            cache = deepcopy(self._open(entry))  # shares the arrays' memory
            if cache is not None and _trim(cache, len(entry.tokens) - length):
                self._used(entry)
                self._make_room()
                return cache, length
            self._discard(entry)
        return None, 0

    def nearest(self, prompt: list[int]) -> Nearest | None:
        """The entry that begins with the most tokens of a prompt, whether it can serve them or not."""
        if not self._entries:
            return None
        wanted = np.array(prompt, np.int32)
        shared, n = max((_common(entry.tokens, wanted), n) for n, entry in enumerate(self._entries))
        return Nearest(shared, self._entries[n].tokens[shared : shared + SHOWN].tolist())

    def store(self, tokens: list[int], cache: Cache) -> None:
        """Keep a cache that holds these tokens. It is the caller's no more."""
        entry = Entry(np.array(tokens, np.int32), can_trim_prompt_cache(cache), sum(c.nbytes for c in cache), cache)
        if not self or len(tokens) < LEAST or entry.nbytes > self._most_bytes:
            return
        for other in [*self._entries]:
            if _covers(other, entry):
                return self._used(other)
            if _covers(entry, other):
                self._discard(other)
        mx.async_eval([c.state for c in cache])  # lets go of the batch it was cut from
        self._entries.append(entry)
        self._make_room()

    def close(self) -> None:
        """Put on the shelf what is not there yet."""
        for entry in self._entries if self._shelf else ():
            self._put(entry)
        self._make_room()
        self._entries.clear()

    def _used(self, entry: Entry) -> None:
        self._entries.remove(entry)
        self._entries.append(entry)

    def _open(self, entry: Entry) -> Cache | None:
        if entry.cache is None and self._shelf and entry.shelved:
            entry.cache = self._shelf.take(entry.shelved)
        return entry.cache

    def _put(self, entry: Entry) -> None:
        if self._shelf and entry.shelved is None and entry.cache is not None:
            entry.shelved = self._shelf.put(Shelved(entry.tokens, entry.trimmable, entry.nbytes), entry.cache)

    def _make_room(self) -> None:
        for entry in self._surplus([entry for entry in self._entries if entry.cache is not None]):
            self._put(entry)
            entry.cache = None
        for entry in self._surplus([entry for entry in self._entries if entry.shelved is not None]):
            self._unshelve(entry)
        self._entries = [entry for entry in self._entries if entry.cache is not None or entry.shelved is not None]

    def _surplus(self, entries: list[Entry]) -> list[Entry]:
        """Those that have to go, of entries of which the one used last comes last."""
        left = sum(entry.nbytes for entry in entries)
        for n, entry in enumerate(entries):
            if len(entries) - n <= self._most_entries and left <= self._most_bytes:
                return entries[:n]
            left -= entry.nbytes
        return entries

    def _discard(self, entry: Entry) -> None:
        self._entries.remove(entry)
        self._unshelve(entry)

    def _unshelve(self, entry: Entry) -> None:
        if self._shelf and entry.shelved:
            self._shelf.drop(entry.shelved)
        entry.shelved = None


def trims(cache: Cache) -> bool:
    """Whether a cache can forget its last tokens, however long it is: then one serves every beginning of its own.

    A cache of any other kind serves the next turn only if it ends where that turn parts from this one.
    """
    return all(type(layer).__name__ in UNBOUNDED for layer in cache)


def boundary(job: Job) -> int:
    """How many tokens of a prompt the conversation's next turn is sure to begin with; 0 where that is unknown.

    The next turn need not repeat the generation prompt, which has at most as many tokens as bytes.
    """
    return max(0, len(job.prompt) - len(job.generation_prompt.encode())) if job.generation_prompt else 0


def _common(one: NDArray[np.int32], other: NDArray[np.int32]) -> int:
    """How many tokens two conversations begin with alike."""
    length = min(len(one), len(other))
    differ = one[:length] != other[:length]
    return int(differ.argmax()) if differ.any() else length


def _shared(entry: Entry, wanted: NDArray[np.int32]) -> int:
    """How many of the wanted tokens an entry can serve."""
    length = _common(entry.tokens, wanted)
    return length if entry.trimmable or length == len(entry.tokens) else 0


def _covers(one: Entry, other: Entry) -> bool:
    """Whether one makes the other superfluous."""
    whole = _common(one.tokens, other.tokens) == len(other.tokens)
    return whole and (one.trimmable or len(one.tokens) == len(other.tokens))


def _trim(cache: Cache, tokens: int) -> bool:
    """Make a cache forget its last tokens; whether every layer did."""
    return not tokens or all(layer.trim(tokens) == tokens for layer in cache)
