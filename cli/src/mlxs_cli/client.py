"""A small client of a running server, for commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx

from mlxs.errors import MlxsError

DEFAULT_URL = "http://127.0.0.1:8000"


def _headers(api_key: str | None) -> dict[str, str]:
    return {"authorization": f"Bearer {api_key}"} if api_key else {}


def models_at(url: str, api_key: str | None = None) -> list[dict[str, Any]]:
    """The models of the server at that address; none where no server answers there."""
    try:
        answer = httpx.get(f"{url}/v1/models", headers=_headers(api_key), timeout=5)
    except httpx.HTTPError:
        return []
    if answer.status_code != 200:
        raise MlxsError(_message(answer.text, answer.status_code))
    models: list[dict[str, Any]] = answer.json()["data"]
    return models


def stream_chat(url: str, body: dict[str, Any], api_key: str | None = None) -> Iterator[dict[str, Any]]:
    """The deltas of one answer. Raises MlxsError with what the server says is wrong."""
    request = {**body, "stream": True}
    try:
        with httpx.stream(
            "POST", f"{url}/v1/chat/completions", json=request, headers=_headers(api_key), timeout=None
        ) as answer:
            if answer.status_code != 200:
                raise MlxsError(_message(answer.read().decode(), answer.status_code))
            for line in answer.iter_lines():
                if line.startswith("data: ") and line != "data: [DONE]":
                    chunk = json.loads(line.removeprefix("data: "))
                    if "error" in chunk:
                        raise MlxsError(chunk["error"]["message"])
                    yield from (choice["delta"] for choice in chunk["choices"])
    except httpx.HTTPError as error:
        raise MlxsError(f"the server at {url} does not answer: {error}") from None


def _message(text: str, status: int) -> str:
    try:
        return str(json.loads(text)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"the server answered with status {status}: {text[:200]}"
