"""A small client of a running server, for commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from mlxs.errors import MlxsError

DEFAULT_URL = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Server:
    """A server that runs.

    Args:
        url: Where, without a slash at the end.
        api_key: Its key, where it wants one.
    """

    url: str
    api_key: str | None = None

    def models(self) -> list[dict[str, Any]]:
        """The models it has; none where no server answers there."""
        try:
            answer = httpx.get(f"{self.url}/v1/models", headers=self._headers(), timeout=5)
        except httpx.HTTPError:
            return []
        if answer.status_code != 200:
            raise MlxsError(_message(answer.text, answer.status_code))
        models: list[dict[str, Any]] = answer.json()["data"]
        return models

    def model(self, name: str, task: str) -> str:
        """The model of that name; with none, the first that can do the task. Raises MlxsError where none can."""
        models = self.models()
        if not models:
            raise MlxsError(f"no server answers at {self.url}; start one with `mlxs launch`, or leave out --url")
        able = [str(model["id"]) for model in models if task in model.get("tasks", [task])]
        if not name and not able:
            raise MlxsError(f"no model at {self.url} can do this ({task}); name one that can with --model-path")
        return name or able[0]

    def events(self, path: str, **body: Any) -> Iterator[dict[str, Any]]:
        """The events of a stream. Raises MlxsError with what the server says is wrong.

        Args:
            body: `json`, or `data` and `files`, as httpx has them.
        """
        try:
            with httpx.stream("POST", self.url + path, headers=self._headers(), timeout=None, **body) as answer:
                if answer.status_code != 200:
                    raise MlxsError(_message(answer.read().decode(), answer.status_code))
                for line in answer.iter_lines():
                    if line.startswith("data: ") and line != "data: [DONE]":
                        event = json.loads(line.removeprefix("data: "))
                        if "error" in event:
                            raise MlxsError(event["error"]["message"])
                        yield event
        except httpx.HTTPError as error:
            raise MlxsError(f"the server at {self.url} does not answer: {error}") from None

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.api_key}"} if self.api_key else {}


def _message(text: str, status: int) -> str:
    try:
        return str(json.loads(text)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"the server answered with status {status}: {text[:200]}"
