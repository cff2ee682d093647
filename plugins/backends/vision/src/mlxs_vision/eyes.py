"""Rendered conversations and what they show, as the network takes them. Works beside the engine's thread."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from inspect import signature
from threading import Lock
from typing import Any

import mlx.core as mx
import numpy as np
from mlx.utils import tree_flatten
from mlx_vlm.utils import VideoMetadata, prepare_inputs
from numpy.typing import NDArray

from mlxs.errors import BadRequest
from mlxs.text import Prompt

from .features import Gallery, Picture
from .marks import marks
from .media import Media, Shown
from .sight import Sight

KINDS = {"image": ("image_token_index", "image_token_id"), "video": ("video_token_index", "video_token_id")}
KINDS |= {"audio": ("audio_token_index", "audio_token_id")}
"""What configurations call the token that stands for a part of a picture, a film or a sound."""


class Eyes:
    """Makes prompts of conversations that show something.

    Args:
        processor: Of the checkpoint.
        config: Of the network.
        gallery: Pictures that were shown before.
    """

    single: str | None = None
    """The prompt of a conversation that shows nothing but one picture; None where there is no such."""

    def __init__(self, processor: Any, config: Any, gallery: Gallery) -> None:
        self._processor = processor
        self._placeholders = {kind: _first(config, names) for kind, names in KINDS.items()}
        self._gallery = gallery
        self._lock = Lock()  # a fast tokenizer refuses to be used by two while its settings change
        takes = set(signature(getattr(processor, "process", processor)).parameters)
        self.takes = {
            "image": hasattr(processor, "image_processor") or "images" in takes,
            "audio": bool({"audio", "audios"} & takes)
            and self._placeholders["audio"] is not None
            and getattr(processor, "feature_extractor", True) is not None,
            "video": "videos" in takes and self._placeholders["video"] is not None,
        }
        self.marks = marks(processor, [id for id in self._placeholders.values() if id is not None])
        self.sounds = bool(getattr(processor, "supports_multiple_audio", False))

    @property
    def placeholder(self) -> int | None:
        """The token that stands for a part of a picture."""
        return self._placeholders["image"]

    @property
    def rate(self) -> int:
        """Samples a second that the model hears."""
        return int(getattr(getattr(self._processor, "feature_extractor", None), "sampling_rate", None) or 16_000)

    def read(self, text: str, media: Media, param: str = "messages") -> Prompt:
        """A prompt, of what stands in `param`. Raises BadRequest where the processor cannot make one."""
        if len(media.sounds) > 1 and not self.sounds:
            raise BadRequest("this model hears one sound a conversation; send fewer", param=param)
        inputs = self._process(text, media, param)
        ids: NDArray[np.int64] = np.array(inputs["input_ids"]).reshape(-1)
        sight = Sight(inputs)
        if media.images and not media.sounds and not media.films:
            sight.pictures = [
                self._gallery.picture(each.digest, partial(self._one, each, param)) for each in media.images
            ]
            places, sizes = np.flatnonzero(ids == self.placeholder), [picture.tokens for picture in sight.pictures]
            if all(sizes) and len(places) == sum(sizes):  # several are looked at as each would be
                sight.places = places
        return Prompt(ids.tolist(), self._identity(ids, media, sight), sight)

    def _one(self, shown: Shown, param: str) -> Picture:
        """A picture by itself."""
        if self.single is None or self.placeholder is None:
            return Picture(shown.digest, 0, None)
        inputs = self._process(self.single, Media(images=[shown]), param)
        tokens = int((np.array(inputs["input_ids"]) == self.placeholder).sum())
        return Picture(shown.digest, tokens, inputs)

    def _process(self, text: str, media: Media, param: str) -> dict[str, Any]:
        films = [shown.what for shown in media.films]
        shown: dict[str, Any] = {
            "images": [shown.what for shown in media.images] or None,
            "audio": [shown.what for shown in media.sounds] or None,
            "videos": [film.frames for film in films] or None,
        }
        if films:
            shown["video_metadata"] = [
                VideoMetadata(len(film.frames), film.fps, list(range(len(film.frames)))) for film in films
            ]
        try:
            with self._lock:
                inputs: dict[str, Any] = prepare_inputs(
                    self._processor, prompts=text, image_token_index=self.placeholder, **shown
                )
        except Exception as error:  # each checkpoint's processor has reasons of its own
            raise BadRequest(f"the model's processor refuses what is shown: {error}", param=param) from error
        leaves: Any = tree_flatten(inputs)
        mx.eval([leaf for _, leaf in leaves if isinstance(leaf, mx.array)])  # while its thread is there
        return inputs

    def _identity(self, ids: NDArray[np.int64], media: Media, sight: Sight) -> list[int]:
        """The prompt with numbers below nought in place of placeholders, other ones for what is other."""
        told = ids.copy()
        if sight.places is not None:
            numbers = [
                _numbers([shown], picture.tokens) for shown, picture in zip(media.images, sight.pictures, strict=True)
            ]
            told[sight.places] = np.concatenate(numbers)
            return [int(id) for id in told]
        for kind, shown in ("image", media.images), ("audio", media.sounds), ("video", media.films):
            if shown:
                placeholder = self._placeholders[kind]
                places = ids == placeholder if placeholder is not None else ids >= 0  # it may stand anywhere
                told[places] = _numbers(shown, int(places.sum()))
        return [int(id) for id in told]


def _numbers(shown: Sequence[Shown], size: int) -> NDArray[np.int64]:
    """Numbers below nought for what is shown: the words of its digest, over and over."""
    words = np.frombuffer(sha256(b"".join(each.digest for each in shown)).digest(), ">u4").astype(np.int64)
    return np.resize(-1 - words % 2**31, size)


def _first(config: Any, names: Sequence[str]) -> int | None:
    found = [getattr(config, name, None) for name in names]
    return next((int(value) for value in found if value is not None), None)
