"""The hook: which client a request comes from, and what its profile makes of it."""

from __future__ import annotations

from mlxs.hooks import hookimpl
from mlxs.requests import ChatRequest, Request

from .clients import PROFILES
from .profile import SYSTEM, Profile


class Hygiene:
    """Cleans the requests of clients it knows; leaves all others exactly as they are."""

    @hookimpl
    def mlxs_request(self, request: Request) -> ChatRequest | None:
        if not isinstance(request, ChatRequest) or (profile := recognise(request)) is None:
            return None
        return profile.clean(request)


def recognise(request: ChatRequest) -> Profile | None:
    """The profile of the client that speaks like this in its system prompt."""
    said = [message.text for message in request.messages if message.role in SYSTEM]
    return next((profile for profile in PROFILES if any(sign in text for text in said for sign in profile.signs)), None)
