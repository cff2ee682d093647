"""Languages, of which each family of mlx-audio's has its own, and its own way to say that it has not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mlxs.errors import BadRequest


@contextmanager
def known(language: str | None) -> Iterator[None]:
    """Turn what the library raises into a BadRequest, where a client named a language."""
    try:
        yield
    except (AssertionError, KeyError, ValueError) as error:
        if not language:
            raise
        raise BadRequest(
            f"language: the model could not do this in {language!r} ({error}); send one that it knows, or none",
            param="language",
        ) from error
