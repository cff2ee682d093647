"""Pictures made from words, and pictures changed by words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRequest:
    """One picture to be made.

    Args:
        width, height: In pixels; None: the model's own.
        steps: Of denoising; None: the model's own number.
        effort: How many times that number it is to be, where nothing else is said.
        guidance: How closely the prompt is followed; None: the model's own.
        negative_prompt: What is not to be seen.
        seed: Same seed, same picture; None: any.
        previews: How many unfinished pictures are wanted on the way.
        format, quality: Of the file; quality, in percent, is for jpeg and webp.
    """

    prompt: str
    model: str = ""
    width: int | None = None
    height: int | None = None
    steps: int | None = None
    effort: float = 1.0
    guidance: float | None = None
    negative_prompt: str | None = None
    seed: int | None = None
    previews: int = 0
    format: Literal["png", "jpeg", "webp"] = "png"
    quality: int = 95


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageEditRequest(ImageRequest):
    """One picture to be made of others.

    Args:
        images: Files, base64; the first is the one to be changed.
        mask: File, base64, of the first one's size: transparent where it may change; None: everywhere.
        strength: From 0 to 1: how far the picture may go from the first; None: the model's own.
    """

    images: tuple[str, ...]
    mask: str | None = None
    strength: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """How far the picture is."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture.

    Args:
        data: The file, base64.
        format: Of the file.
        width, height: In pixels.
        seed: That it was made with.
        preview: Which unfinished picture it is, from 0; None: it is the finished one.
        tokens: How many the prompt has.
        seen: Of how many patches of 16 by 16 pixels the pictures consist that it is made of.
    """

    data: str
    format: str
    width: int
    height: int
    seed: int
    preview: int | None = None
    tokens: int = 0
    seen: int = 0


class ImageModel(ABC):
    """Can make pictures."""

    @abstractmethod
    def draw(self, request: Any) -> Iterator[Step | Picture | None]:
        """Answer an `ImageRequest`, or what `prepare` made of it; the finished `Picture` comes last."""


class ImageEditModel(ABC):
    """Can change pictures."""

    @abstractmethod
    def edit(self, request: Any) -> Iterator[Step | Picture | None]:
        """Answer an `ImageEditRequest`, or what `prepare` made of it; the finished `Picture` comes last."""
