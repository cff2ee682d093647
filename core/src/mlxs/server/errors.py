"""Errors on their way out, each in the dialect of the API it came through."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Coroutine, Mapping
from contextvars import ContextVar
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from ..errors import BadRequest, MlxsError, ModelFailed, RequestError, UnsupportedMediaType
from .body import JsonRequest

log = logging.getLogger(__name__)

_KIND = re.compile(r"str|int|float|bool|function-.*|tagged-.*|\w+\[.*")
"""Steps of a pydantic location that name an option of a union, not a field."""

NUMBER: ContextVar[str | None] = ContextVar("NUMBER", default=None)
"""The number of the request at hand, for dialects whose errors tell it."""

Write = Callable[[RequestError], dict[str, Any]]
"""Makes an error's JSON body, as the clients of a dialect expect it."""


def openai(error: RequestError) -> dict[str, Any]:
    """OpenAI's shape, which most clients understand. https://platform.openai.com/docs/guides/error-codes"""
    kinds = {400: "invalid_request_error", 401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error"}
    kind = kinds.get(error.status, "invalid_request_error" if error.status < 500 else "server_error")
    return {"error": {"message": error.message, "type": kind, "param": error.param, "code": error.code}}


def json_response(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON, as quickly as it can be had."""
    return Response(orjson.dumps(body), status, headers, media_type="application/json")


def response(error: RequestError, write: Write = openai) -> Response:
    """An error as a response."""
    headers = {}
    if error.retry_after is not None:
        headers["retry-after"] = str(max(1, round(error.retry_after)))
    if error.status == 500:
        headers["x-should-retry"] = "false"  # the SDKs would send what killed a model three times
    return json_response(write(error), error.status, headers)


def as_request_error(error: Exception) -> RequestError:
    """Any error as one that a client may see; those nobody foresaw are logged with their traceback."""
    match error:
        case RequestError():
            return error
        case RequestValidationError():
            return _invalid(error)
        case HTTPException(__cause__=RequestError() as cause):
            return cause  # raised while the body was read
        case HTTPException():
            return _status(error.status_code, str(error.detail))
        case MlxsError():
            return ModelFailed(str(error))
    log.exception("a request failed", exc_info=error)
    return ModelFailed("the server failed on this request; its log says why", code="internal_error")


def _status(status: int, detail: str) -> RequestError:
    error = BadRequest(detail, code=detail.lower().replace(" ", "_"))
    error.status = status
    return error


def _invalid(error: RequestValidationError) -> RequestError:
    problems = error.errors()
    same_field = [problem for problem in problems if problem["loc"][:2] == problems[0]["loc"][:2]]
    problem = max(same_field, key=lambda problem: len(problem["loc"]))  # of a union's complaints, the closest
    where = [str(step) for step in problem["loc"][1:] if not _KIND.fullmatch(str(step))]
    param = ".".join(where)
    if problem["type"] == "json_invalid":
        return BadRequest(
            f"the body is not valid JSON: {problem.get('ctx', {}).get('error', problem['msg'])}", code="invalid_json"
        )
    if not where:
        return BadRequest("the body must be a JSON object")
    return BadRequest(f"{param}: {problem['msg'][:1].lower()}{problem['msg'][1:]}", param=param)


def dialect(write: Write) -> type[APIRoute]:
    """A route class for an API whose errors look like this: `APIRouter(route_class=dialect(write))`."""

    class DialectRoute(APIRoute):
        dialect = staticmethod(write)

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()
            wants_json = self.body_field is not None

            async def handler(request: Request) -> Response:
                try:
                    if wants_json:
                        _require_json(request)
                        request = JsonRequest(request.scope, request.receive)
                    return await handle(request)
                except ClientDisconnect:
                    raise
                except Exception as error:
                    return response(as_request_error(error), write)

            return handler

    return DialectRoute


def _require_json(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and kind != "application/json" and not kind.endswith("+json"):
        raise UnsupportedMediaType(f"send the body as application/json, not {kind}")
