"""Parsers made for one model: of what its checkpoint declares, or of what its chat template writes."""

from __future__ import annotations

from typing import Any

from .backends import ModelInfo
from .parsing import ToolParser
from .parsing.declared import Unsupported, declare
from .probing import calls, objects_fit, thoughts
from .specs import MadeSpec

OBJECTS = "arguments_as_objects"
"""The converter for templates that want the arguments of earlier calls as objects."""

Made = tuple[MadeSpec | None, str]
"""A parser, or None, and why."""


class Workshop:
    """Makes parsers for a model.

    Args:
        info: What is known of it.
    """

    def __init__(self, info: ModelInfo) -> None:
        self._info = info
        self._begins: tuple[str, ...] = ()

    def declared(self, *, calls: bool, thoughts: bool) -> tuple[Made, Made]:
        """One parser for both where the checkpoint declares both, else None for what it does not declare.

        Args:
            calls, thoughts: Which of the two are wanted.
        """
        if self._info.response_template is None or not (calls or thoughts):
            return (None, ""), (None, "")
        try:
            kind = declare(self._info.response_template, calls=calls, thoughts=thoughts)
        except Unsupported as error:
            refused = None, f"its response_template cannot be followed: {error}"
            return refused, refused
        spec = MadeSpec(
            name="declared",
            target="mlxs.parsing.declared:declare",
            summary="what the checkpoint's response_template declares",
            converter=self._converter(kind),
            kind=kind,
        )
        made, nothing = (spec, "the checkpoint declares it"), (None, "")
        return made if kind.template.calls else nothing, made if kind.template.thoughts else nothing

    def calls(self) -> Made:
        """The parser that reads the calls the chat template writes."""
        inferred = calls(self._info.probes)
        if inferred is None:
            return None, ""
        self._begins = inferred.begins
        return self._inferred(inferred.kind, inferred.mark, self._converter(inferred.kind))

    def thoughts(self) -> Made:
        """The parser that reads the thoughts the chat template writes; calls that have been inferred end them."""
        inferred = thoughts(self._info.probes, self._begins)
        return self._inferred(inferred.kind, inferred.mark) if inferred else (None, "")

    def _inferred(self, kind: type[Any], mark: str, converter: str | None = None) -> Made:
        spec = MadeSpec(name="inferred", target="mlxs.probing:calls", summary=mark, converter=converter, kind=kind)
        return spec, f"inferred from the chat template: {mark}"

    def _converter(self, kind: type[ToolParser]) -> str | None:
        return OBJECTS if objects_fit(kind, self._info.probes) else None
