"""Which kind of model a checkpoint is: `--model-type auto`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from .catalog import Catalog, CatalogError, recognised
from .elsewhere import usable
from .environments import environments
from .hub import glance
from .specs import MARKS

SENSES: Mapping[str, str] = {"vision_config": r"vis|image|vit\b|patch", "audio_config": r"audio|speech|sound|conformer"}
"""Keys that tell of a sense, and what its weights are called: a conversion may keep the one and drop the other."""


def recognise(catalog: Catalog, name: str) -> tuple[str, str]:
    """The model type of a checkpoint, and how it was told.

    Of the model types that know a mark of it, the one with the most telling takes it: see `mlxs.specs.MARKS`; of
    two marks of one sort the longer says more.

    Args:
        name: A directory or a Hugging Face repository.

    Raises CatalogError where nobody knows a mark of it, or the backend that does is not installed; MlxsError where
    there is no such checkpoint.
    """
    shown = _shown(glance(name), name)
    found = sorted(
        (*weight, model_type, mark)
        for model_type, marks in _marks(catalog).items()
        for mark in marks
        if (weight := _weight(mark, shown))
    )
    if not found:
        types = ", ".join(catalog.backends.names())
        raise CatalogError(
            f"{name} has no config.json or other file that tells what kind of model it is; name the directory of a "
            f"model, or say --model-type, one of {types}"
        )
    *_, model_type, mark = found[0]
    others = dict.fromkeys(other for *_, other, _ in found if other != model_type and other in catalog.backends)
    try:
        usable(catalog, model_type)
    except CatalogError as error:
        instead = "".join(f"\n--model-type {other} may serve it, too" for other in others)
        raise CatalogError(f"{name} is of the type {model_type} ({mark}). {error}{instead}") from None
    return model_type, mark


def _marks(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """What each model type recognises: those installed anywhere, and those this version has heard of."""
    apart = {name: marks for one in environments() for name, marks in one.offers.items() if marks}
    return {**recognised(), **apart, **{spec.name: spec.recognises for spec in catalog.backends if spec.recognises}}


def _weight(mark: str, shown: Mapping[str, frozenset[str]]) -> tuple[int, int] | None:
    """How much a mark says, the most telling first; None where the checkpoint does not show it."""
    sort, _, pattern = mark.partition("=")
    seen = any(fnmatchcase(one, pattern) for one in shown[sort])
    return (MARKS.index(sort), -len(pattern)) if seen else None


def _shown(place: Path, name: str) -> Mapping[str, frozenset[str]]:
    """What a checkpoint shows, by sort of mark."""
    config, index = _json(place / "config.json"), _json(place / "model_index.json")
    architectures = config.get("architectures")
    return {
        "pipeline": _words([index.get("_class_name")]),
        "file": frozenset(entry.name for entry in place.iterdir()),
        "model_type": _words([config.get("model_type")]),
        "name": frozenset([Path(name).expanduser().resolve().name.lower()]),
        "key": frozenset(config) - frozenset(_dropped(place, config)),
        "architecture": _words(architectures if isinstance(architectures, list) else []),
    }


def _words(values: list[Any]) -> frozenset[str]:
    return frozenset(value for value in values if isinstance(value, str))


def _dropped(place: Path, config: Mapping[str, Any]) -> Iterator[str]:
    """The senses of which the configuration tells and the weights do not."""
    weights = " ".join(_weights(place))
    for key, names in SENSES.items():
        if key in config and weights and not re.search(names, weights):
            yield key


def _weights(place: Path) -> Iterator[str]:
    """What the weights are called, as far as that can be read."""
    for index in place.glob("*.safetensors.index.json"):
        yield from _json(index).get("weight_map", ())
    for file in place.glob("*.safetensors"):
        # https://huggingface.co/docs/safetensors: the header's length in eight bytes, then the header, as JSON
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            header = opened.read(length) if length <= file.stat().st_size else b""
        try:
            yield from json.loads(header)
        except ValueError:
            return


def _json(file: Path) -> dict[str, Any]:
    """What a file says that may be missing, or say nothing that can be read: then a backend will say so."""
    try:
        said = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
