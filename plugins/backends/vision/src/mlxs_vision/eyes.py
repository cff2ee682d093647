"""Rendered conversations and what they show, as the network takes them. Works beside the engine's thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from inspect import signature
from threading import Lock
from typing import Any

import mlx.core as mx
import numpy as np
from mlx_vlm.utils import VideoMetadata, prepare_inputs
from numpy.typing import NDArray

from mlxs.errors import BadRequest
from mlxs.text import Prompt

from .features import Gallery, Picture
from .media import Media, Shown

KINDS = {"image": ("image_token_index", "image_token_id"), "video": ("video_token_index", "video_token_id")}
KINDS |= {"audio": ("audio_token_index", "audio_token_id")}
"""What configurations call the token that stands for a part of a picture, a film or a sound."""


@dataclass(slots=True)
class Sight:
    """What a prompt shows.

    Args:
        inputs: All that the processor made of text and media.
        places: Where pictures stand in the prompt, shape (tokens,); None where it is not known which is whose.
        pictures: In their order.
        cache, shift: Set once the prompt has been read: the KV cache, and how far it moves later positions.
        carried: Set then: what later steps need besides.
    """

    inputs: dict[str, Any]
    places: NDArray[np.int64] | None = None
    pictures: list[Picture] = field(default_factory=list)
    cache: list[Any] | None = None
    shift: int = 0
    carried: dict[str, Any] = field(default_factory=dict)


class Eyes:
    """Makes prompts of conversations that show something.

    Args:
        processor: Of the checkpoint.
        config: Of the network.
        single: The prompt of a conversation that shows nothing but one picture; None where the template has none.
        gallery: Pictures that were shown before.
    """

    def __init__(self, processor: Any, config: Any, single: str | None, gallery: Gallery) -> None:
        self._processor = processor
        self._placeholders = {kind: _first(config, names) for kind, names in KINDS.items()}
        self._single = single
        self._gallery = gallery
        self._lock = Lock()  # a fast tokenizer refuses to be used by two while its settings change
        takes = set(signature(getattr(processor, "process", processor)).parameters)
        self.takes = {
            "image": hasattr(processor, "image_processor") or "images" in takes,
            "audio": bool({"audio", "audios"} & takes) and self._placeholders["audio"] is not None,
            "video": "videos" in takes and self._placeholders["video"] is not None,
        }
        self.sounds = bool(getattr(processor, "supports_multiple_audio", False))

    @property
    def rate(self) -> int:
        """Samples a second that the model hears."""
        return int(getattr(getattr(self._processor, "feature_extractor", None), "sampling_rate", None) or 16_000)

    def read(self, text: str, media: Media) -> Prompt:
        """A prompt. Raises BadRequest where the processor cannot make one."""
        inputs = self._process(text, media)
        ids: NDArray[np.int64] = np.array(inputs["input_ids"]).reshape(-1)
        sight = Sight(inputs)
        if media.images and not media.sounds and not media.films:
            sight.pictures = [self._gallery.picture(shown.digest, lambda s=shown: self._one(s)) for shown in media.images]
            places = np.flatnonzero(ids == self._placeholders["image"])
            if all(picture.tokens for picture in sight.pictures) and len(places) == sum(
                picture.tokens for picture in sight.pictures
            ):
                sight.places = places
        return Prompt(ids.tolist(), self._identity(ids, media, sight), sight)

    def _one(self, shown: Shown) -> Picture:
        """A picture by itself."""
        if self._single is None or self._placeholders["image"] is None:
            return Picture(shown.digest, 0, None)
        inputs = self._process(self._single, Media(images=[shown]))
        tokens = int((np.array(inputs["input_ids"]) == self._placeholders["image"]).sum())
        return Picture(shown.digest, tokens, inputs)

    def _process(self, text: str, media: Media) -> dict[str, Any]:
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
                    self._processor, prompts=text, image_token_index=self._placeholders["image"], **shown
                )
        except Exception as error:  # each checkpoint's processor has reasons of its own
            raise BadRequest(f"the model's processor refuses what is shown: {error}", param="messages") from error
        mx.eval([value for value in inputs.values() if isinstance(value, mx.array)])
        return inputs

    def _identity(self, ids: NDArray[np.int64], media: Media, sight: Sight) -> list[int]:
        """The prompt with numbers below nought in place of placeholders, other ones for what is other."""
        told = ids.copy()
        if sight.places is not None:
            numbers = [_numbers([shown], picture.tokens) for shown, picture in zip(media.images, sight.pictures, strict=True)]
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

