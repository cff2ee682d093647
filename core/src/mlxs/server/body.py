"""A request's JSON, read as strictly as it will be passed on to a model's process."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import Request
from orjson import JSONDecodeError

ROOM = 16
"""Levels that the request gains on its way."""


class JsonRequest(Request):
    """Python's own reader takes more than there is in JSON: NaN, halves of surrogates, integers without end."""

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = orjson.loads(await self.body())
            _require_shallow(self._json)
        return self._json


def _require_shallow(said: Any) -> None:
    for _ in range(ROOM):
        said = [said]
    try:
        orjson.dumps(said)
    except TypeError as error:
        raise JSONDecodeError("it is nested too deeply", "", 0) from error
