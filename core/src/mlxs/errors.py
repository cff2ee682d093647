"""What can go wrong, said so that the reader knows what to do next.

Nothing here knows HTTP dialects: a surface writes a `RequestError` the way its clients expect.
"""

from __future__ import annotations


class MlxsError(Exception):
    """Something a person can mend; commands print it without a traceback."""


class RequestError(MlxsError):
    """A request that cannot be answered.

    Args:
        message: What is wrong and what to do about it, in a sentence or two.
        code: A word for programs, such as `context_length_exceeded`.
        param: The field of the request that is to blame.
        retry_after: Seconds after which it may be worth trying again.
    """

    status = 500
    code = "internal_error"

    def __init__(
        self, message: str, *, code: str | None = None, param: str | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.param = param
        self.retry_after = retry_after


class BadRequest(RequestError):
    """The client asked for something that cannot be done as asked."""

    status = 400
    code = "invalid_request"


class Unauthorized(RequestError):
    """No key, or a wrong one."""

    status = 401
    code = "invalid_api_key"


class ModelNotFound(RequestError):
    """No model here has that name."""

    status = 404
    code = "model_not_found"


class NotServed(RequestError):
    """No model here can do that."""

    status = 404
    code = "not_served"


class TooLarge(RequestError):
    """The body is larger than the server reads."""

    status = 413
    code = "request_too_large"


class UnsupportedMediaType(RequestError):
    """The body is of a kind the server does not read."""

    status = 415
    code = "unsupported_media_type"


class Overloaded(RequestError):
    """Too many requests wait already, or this one waited too long."""

    status = 429
    code = "overloaded"


class ModelFailed(RequestError):
    """The model failed on this request, or its process died under it."""

    status = 500
    code = "model_failed"


class ModelUnavailable(RequestError):
    """The model is not there: broken, shutting down, or it could not be loaded."""

    status = 503
    code = "model_unavailable"


def by_status(status: int) -> type[RequestError]:
    """The error of a status, for errors that cross a process."""
    for kind in RequestError.__subclasses__():
        if kind.status == status:
            return kind
    return ModelFailed
