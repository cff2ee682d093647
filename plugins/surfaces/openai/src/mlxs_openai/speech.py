"""`POST /v1/audio/speech`: text to speech, sent as it is spoken; and `GET /v1/audio/voices`.

https://platform.openai.com/docs/api-reference/audio/createSpeech. `language` is ours, and so is the
list of voices, which OpenAI has none of: https://github.com/Blaizzy/mlx-audio writes it so.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from mlxs.errors import BadRequest, RequestError
from mlxs.server import errors, pipeline, sse
from mlxs.server.app import App
from mlxs.server.disconnect import unless_gone
from mlxs.tasks.speech import Sound, SpeechRequest

from .messages import Body

KINDS: Mapping[str, str] = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}
"""The media type of each `response_format`."""


class Voice(Body):
    id: str


class SpeechBody(Body):
    """A request to speak."""

    input: str
    model: str = ""
    voice: str | Voice | None = None
    instructions: str | None = None
    response_format: Literal["mp3", "opus", "aac", "flac", "wav", "pcm"] | None = None
    speed: float | None = Field(None, ge=0.25, le=4.0)
    stream_format: Literal["audio", "sse"] | None = None
    language: str | None = None

    def request(self) -> SpeechRequest:
        """What it means. Raises BadRequest where there is nothing to be said."""
        if not self.input.strip():
            raise BadRequest("the input is empty; send what is to be spoken", param="input")
        return SpeechRequest(
            text=self.input,
            model=self.model,
            voice=self.voice.id if isinstance(self.voice, Voice) else self.voice,
            speed=1.0 if self.speed is None else self.speed,
            instructions=self.instructions or None,
            language=self.language,
            format=self.response_format or "mp3",
        )


def mount(router: APIRouter, app: App) -> None:
    """Add the routes."""

    @router.post("/audio/speech", response_class=StreamingResponse)
    async def create_speech(body: SpeechBody, request: Request) -> Response:
        """A text, spoken."""
        asked = body.request()
        model = app.pool.find(asked.model)
        opened = pipeline.results(app.catalog.plugins, model, "speech", asked)
        sounds = await unless_gone(request, opened)
        if body.stream_format == "sse":
            return sse.stream(_frames(sounds), _failed)
        return StreamingResponse(_bytes(sounds), media_type=KINDS[asked.format])

    @router.get("/audio/voices")
    async def list_voices(model: str = "") -> dict[str, Any]:
        """The voices of one model, or of all that speak."""
        asked = [app.pool.find(model)] if model else [one for one in app.pool if "speech" in one.capabilities]
        voices: list[dict[str, str]] = []
        for one in asked:
            one.require("speech")
            known = (await one.load()).details.get("voices", ())
            voices += [{"id": voice, "object": "voice", "name": voice, "model": one.name} for voice in known]
        return {"object": "list", "data": voices}


async def _bytes(portions: AsyncGenerator[Sequence[Sound], None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(portions):
        async for portion in portions:
            yield b"".join(b64decode(sound.data) for sound in portion)


async def _frames(portions: AsyncGenerator[Sequence[Sound], None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(portions):
        async for portion in portions:
            for sound in portion:
                yield sse.frame({"type": "speech.audio.delta", "audio": sound.data})
    yield sse.frame({"type": "speech.audio.done"})


def _failed(error: RequestError) -> bytes:
    return sse.frame(errors.openai(error))
