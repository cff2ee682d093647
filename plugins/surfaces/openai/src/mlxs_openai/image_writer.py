"""Pictures on their way out: as events, or as the body they add up to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from mlxs.tasks.image import Picture, Step

from .image_fields import ImageFields

PATCH = 16
"""Pixels of the side of what counts as a token of a picture."""

QUALITIES = {"standard": "auto", "hd": "high", None: "auto"}
"""What answers say for what only requests can."""


class ImageWriter:
    """Writes the events of one request.

    Args:
        kind: `image_generation` or `image_edit`.
    """

    def __init__(self, kind: str, asked: ImageFields) -> None:
        self._kind = kind
        self._progress = bool(asked.progress)
        self._quality = QUALITIES.get(asked.quality, asked.quality)
        self._created = int(time.time())

    def events(self, said: Sequence[Step | Picture]) -> Iterator[dict[str, Any]]:
        """The events of a portion of results."""
        for one in said:
            if isinstance(one, Picture):
                yield self._picture(one)
            elif self._progress:
                yield {
                    "type": f"{self._kind}.progress",
                    "created_at": self._created,
                    "step": one.done,
                    "steps": one.total,
                }

    def _picture(self, picture: Picture) -> dict[str, Any]:
        event = {
            "type": f"{self._kind}.completed",
            "b64_json": picture.data,
            "background": "opaque",
            "created_at": self._created,
            "output_format": picture.format,
            "quality": self._quality,
            "size": f"{picture.width}x{picture.height}",
        }
        if picture.preview is not None:
            return {**event, "type": f"{self._kind}.partial_image", "partial_image_index": picture.preview}
        return {**event, "seed": picture.seed, "usage": _usage(picture)}


def fold(events: Iterable[dict[str, Any]], address: Callable[[str, str], str] | None) -> dict[str, Any]:
    """The body that a whole stream adds up to.

    Args:
        address: Keeps a file, base64, of a format, and says where; None: it stands in the body.
    """
    done = [event for event in events if event["type"].endswith(".completed")]
    first = done[0]
    body = {
        "created": first["created_at"],
        "background": first["background"],
        "output_format": first["output_format"],
        "size": first["size"],
        "data": [{**_where(event, address), "seed": event["seed"]} for event in done],
        "usage": _sum([event["usage"] for event in done]),
    }
    return body if first["quality"] == "auto" else {**body, "quality": first["quality"]}


def _where(event: dict[str, Any], address: Callable[[str, str], str] | None) -> dict[str, str]:
    if address is None:
        return {"b64_json": event["b64_json"]}
    return {"url": address(event["b64_json"], event["output_format"])}


def _usage(picture: Picture) -> dict[str, Any]:
    """Words of the prompt and patches of pictures, which is what these models work on."""
    drawn = (picture.width // PATCH) * (picture.height // PATCH)
    read = picture.tokens + picture.seen
    return {
        "input_tokens": read,
        "input_tokens_details": {"text_tokens": picture.tokens, "image_tokens": picture.seen},
        "output_tokens": drawn,
        "total_tokens": read + drawn,
    }


def _sum(usages: list[dict[str, Any]]) -> dict[str, Any]:
    """Usages of several pictures, added up."""
    total = dict(usages[0])
    for usage in usages[1:]:
        for name, value in usage.items():
            total[name] = _sum([total[name], value]) if isinstance(value, dict) else total[name] + value
    return total
