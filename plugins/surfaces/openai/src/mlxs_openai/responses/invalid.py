"""Complaints about JSON that is read by hand: items, tools and frames."""

from __future__ import annotations

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from mlxs.errors import RequestError
from mlxs.server.errors import as_request_error


def explained(error: ValidationError, where: str = "") -> RequestError:
    """The complaint as one about a request's body, of which `where` is a place such as `input.3`."""
    steps = ("body", *where.split(".")) if where else ("body",)
    problems = [{**problem, "loc": (*steps, *problem["loc"])} for problem in error.errors()]
    return as_request_error(RequestValidationError(problems))
