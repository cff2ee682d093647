"""Prompts that show something, read into a KV cache: one picture, or one part of the prompt, at a step.

mlx-vlm reads such prompts in batches too, but not rightly: in a batch, Qwen3-VL's DeepStack goes to the wrong rows. So
each is read by itself, and only then joins the others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from copy import deepcopy
from functools import partial
from typing import Any, TypeVar

import mlx.core as mx

from mlxs.errors import BadRequest
from mlxs.text import Job, Prompt
from mlxs_decoding.prompt_cache import Cache, PromptCache, boundary, trims
from mlxs_decoding.states import States

from .features import Gallery, Picture
from .language import Language, carried
from .network import Network, Told, rest
from .shift import Shift
from .sight import Sight

T = TypeVar("T")


class Reader:
    """Reads prompts, one after the other.

    Args:
        network: Which looks at them.
        language: Its part that speaks.
        prompts: Caches of earlier conversations.
        gallery: Pictures that were shown before.
        step: Tokens read at a step.
    """

    def __init__(self, network: Network, language: Language, prompts: PromptCache, gallery: Gallery, step: int) -> None:
        self._network = network
        self._language = language
        self._prompts = prompts
        self._gallery = gallery
        self._step = step
        self._trims = trims(language.make_cache())
        self._turns: deque[object] = deque()

    def read(self, job: Job) -> Iterator[None]:
        """Read all of a prompt but its last token; then `job.media` has the cache."""
        sight: Sight = job.media
        key = job.key(job.prompt)
        if key[-1] != job.prompt[-1]:
            raise BadRequest("the prompt ends in a picture, and the model has nothing to go on from", param="messages")
        sight.splits = self._network.splits(sight.inputs)
        job.nearest = self._prompts.nearest(key)
        found, job.cached = self._prompts.fetch(key) if sight.splits else (None, 0)
        yield from self._in_turn(self._read(job, sight, key, found or self._language.make_cache()))

    def states(self, prompt: Prompt, states: States) -> Iterator[mx.array | None]:
        """What the last layer makes of a prompt, part by part; None in between. Caches of prompts have no part in it.

        Args:
            states: Of the part of the network that speaks.
        """
        return self._in_turn(self._states(prompt, states))

    def _in_turn(self, reading: Iterator[T]) -> Iterator[T | None]:
        turn = object()
        self._turns.append(turn)
        try:
            yield None
            while self._turns[0] is not turn:
                yield None
            yield from reading
        finally:
            self._turns.remove(turn)

    def _states(self, prompt: Prompt, states: States) -> Iterator[mx.array | None]:
        sight: Sight = prompt.media or Sight.of(prompt.tokens)
        told = yield from self._look(sight, 0)
        cache, end = self._language.make_cache(), len(prompt)
        step = self._step if self._network.splits(sight.inputs) else end
        for at in range(0, end, step):
            until = min(at + step, end)
            yield states.of(partial(self._feed, sight, told, at, until, cache, keep=0), until - at)

    def _read(self, job: Job, sight: Sight, key: list[int], cache: Cache) -> Iterator[None]:
        held = job.cached
        try:
            told = yield from self._look(sight, held)
            for until in self._stops(job, whole=not sight.splits):
                sight.carried = self._feed(sight, told, held, until, cache)
                held = until
                if held == boundary(job) and not self._trims:
                    self._prompts.store(key[:held], deepcopy(cache))
                yield
            shift = int(told["rope_deltas"].reshape(-1)[0].item()) if self._language.shifts else 0
            sight.cache = [*cache[:-1], Shift(shift)]
        except GeneratorExit:
            if held > job.cached and sight.splits and not sight.carried:
                self._prompts.store(key[:held], cache)
            raise

    def _look(self, sight: Sight, held: int) -> Generator[None, None, Told]:
        """What the network makes of a prompt, when it has looked at one picture after the other."""
        for picture in self._unseen(sight, held):
            self._see(picture, sight)
            yield
        return self._told(sight)

    def _unseen(self, sight: Sight, held: int) -> list[Picture]:
        """Pictures that have to be looked at; not those which a cache holds."""
        if sight.places is None:
            return []
        unseen, at = [], 0
        for picture in sight.pictures:
            at += picture.tokens
            sight.needed.append(bool(sight.places[at - 1] >= held))
            if sight.needed[-1]:
                unseen.append(picture)
        return unseen

    def _see(self, picture: Picture, sight: Sight) -> None:
        if picture.features is None:
            features = self._network.look(picture)
            if features is None:
                sight.places = None  # it is looked at with all the rest
            else:
                self._gallery.seen(picture, features)

    def _told(self, sight: Sight) -> Told:
        if sight.places is None:
            return self._network.embed(sight.inputs)
        needed = zip(sight.pictures, sight.needed, strict=True)
        return self._network.compose(sight, [picture.features if wanted else None for picture, wanted in needed])

    def _stops(self, job: Job, *, whole: bool) -> Iterator[int]:
        """Where the parts of a prompt end."""
        at, end = job.cached, len(job.prompt) - 1
        while at < end:
            until = end if whole else min(at + self._step, end)
            if at < boundary(job) < until and not self._trims and not whole:
                until = boundary(job)
            yield until
            at = until

    def _feed(self, sight: Sight, told: Told, at: int, until: int, cache: Cache, keep: int = 1) -> dict[str, Any]:
        """Read a part of a prompt. Models find what of `told` belongs to it by where their caches end.

        Args:
            keep: For how many tokens, at the end, logits are wanted; 0: for all.
        """
        more = {name: value for name, value in told.items() if name != "inputs_embeds"}
        layers = cache[:-1]
        output = self._language.network(
            sight.inputs["input_ids"][:, at:until],
            inputs_embeds=told["inputs_embeds"][:, at:until],
            cache=layers,
            n_to_process=until - at,
            logits_to_keep=keep,
            **{**rest(sight.inputs), **more},
        )
        cache[:-1] = layers
        said = carried(output)
        mx.eval([layer.state for layer in cache], said)
        mx.clear_cache()
        return said
