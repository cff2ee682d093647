"""What messages show besides text, decoded: pictures, sounds and films, in the order in which they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np
from PIL.Image import Image

from mlxs import datauri, pictures
from mlxs.errors import BadRequest, TooLarge
from mlxs.requests import AudioPart, ImagePart, Message, Part, VideoPart
from mlxs.sound import samples

from .film import Film, film
from .options import VisionOptions

LOW = 512
"""Pixels of a side that a picture of low detail has at most:
https://platform.openai.com/docs/guides/images-vision#choose-an-image-detail-level."""
SHORTEST = 0.1
"""Seconds that a sound lasts at least, as at OpenAI: of less, ears of some models make nothing at all."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A thing that is shown.

    Args:
        what: A picture, samples from -1 to 1, or a film.
        digest: Of what the model gets to see or hear of it.
    """

    what: Any
    digest: bytes


@dataclass(frozen=True, slots=True)
class Media:
    """All that a conversation shows."""

    images: list[Shown] = field(default_factory=list)
    sounds: list[Shown] = field(default_factory=list)
    films: list[Shown] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.images or self.sounds or self.films)


def media(parts: Iterable[tuple[Part, str]], *, rate: int, options: VisionOptions) -> Media:
    """What is shown.

    Args:
        parts: Each with where it stands.
        rate: Samples a second that the model hears.

    Raises BadRequest where something cannot be read.
    """
    seen = Media()
    for part, param in parts:
        match part:
            case ImagePart():
                seen.images.append(_picture(part, f"{param}.image_url"))
            case AudioPart():
                seen.sounds.append(_sound(part, f"{param}.input_audio", rate, options.max_audio_seconds))
            case VideoPart():
                seen.films.append(_film(part, f"{param}.video_url", options))
    return seen


def parts(messages: Sequence[Message]) -> Iterator[tuple[Part, str]]:
    """Every part that is no text, and where it stands."""
    for number, message in enumerate(messages):
        yield from parts_of(message, f"messages.{number}.content")


def parts_of(message: Message, param: str) -> Iterator[tuple[Part, str]]:
    """Those of one message, whose content stands in `param`."""
    for number, part in enumerate(message.content if isinstance(message.content, tuple) else ()):
        if part.type != "text":
            yield part, f"{param}.{number}"


def _picture(part: ImagePart, param: str) -> Shown:
    picture: Image = pictures.opaque(pictures.read(datauri.read(part.url, param=param), param=param))
    if part.detail == "low":
        picture.thumbnail((LOW, LOW))
    return Shown(picture, _digest(picture.size, picture.tobytes()))


def _sound(part: AudioPart, param: str, rate: int, longest: float) -> Shown:
    try:
        heard = (samples(part.data, rate=rate, longest=longest) / 32768).astype(np.float32)
    except TooLarge as error:
        said = f"{param}: the sound is longer than {longest:g} seconds; send less, or raise --max-audio-seconds"
        raise BadRequest(said, param=param) from error
    except BadRequest as error:
        raise BadRequest(f"{param}: {error.message}", param=param) from error
    if len(heard) < SHORTEST * rate:
        raise BadRequest(f"{param}: the sound is shorter than {SHORTEST} seconds; send more of it", param=param)
    return Shown(heard, _digest(rate, heard.tobytes()))


def _film(part: VideoPart, param: str, options: VisionOptions) -> Shown:
    shot: Film = film(
        datauri.read(part.url, param=param), fps=options.video_fps, most=options.max_video_frames, param=param
    )
    return Shown(shot, _digest(shot.frames.shape, shot.frames.tobytes()))


def _digest(facts: Any, data: bytes) -> bytes:
    return sha256(repr(facts).encode() + data).digest()
