"""Fields of options as flags of a command."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from pydantic.fields import FieldInfo

from mlxs.options import ENV_PREFIX, Options, flag


def options_of(kind: type[Options]) -> Iterator[click.Option]:
    """A click option for each field; what is not typed stays None, so that others may say it."""
    former: dict[str, list[str]] = {}
    for old, new in kind.all_renamed().items():
        former.setdefault(new, []).append(old)
    for name, field in kind.model_fields.items():
        kind_of_value, many = _click_type(field.annotation)
        names = [flag(name), *(flag(old) for old in former.get(name, ()))]
        if kind_of_value is click.BOOL:
            names = [f"{each}/--no-{each.removeprefix('--')}" for each in names]
        yield click.Option(
            [*names, name],
            type=kind_of_value,
            multiple=many,
            default=None,
            help=_help(name, field),
        )


def typed(options: typing.Iterable[str], values: dict[str, Any]) -> dict[str, Any]:
    """Those of the values that were really typed, for these options."""
    said = {name: values[name] for name in options}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in said.items()
        if value not in (None, ())
    }


def _help(name: str, field: FieldInfo) -> str:
    default = field.default
    shown = "" if default is None or isinstance(default, bool | list) else f" [{default}]"
    return f"{field.description or ''}{shown}  ({ENV_PREFIX}{name.upper()})"


def _click_type(annotation: Any) -> tuple[click.ParamType, bool]:
    """How click reads a field's type, and whether it may be given several times."""
    arguments = [each for each in typing.get_args(annotation) if each is not type(None)]
    origin = typing.get_origin(annotation)
    if origin in (types.UnionType, typing.Union):
        return _click_type(arguments[0]) if len(arguments) == 1 else (click.STRING, False)
    if origin is typing.Literal:
        return click.Choice(arguments), False
    if origin is list:
        return _click_type(arguments[0])[0], True
    if annotation is Path:
        return click.Path(path_type=Path), False
    known: dict[Any, click.ParamType] = {int: click.INT, float: click.FLOAT, bool: click.BOOL}
    return known.get(annotation, click.STRING), False
