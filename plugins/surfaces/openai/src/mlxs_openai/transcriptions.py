"""`POST /v1/audio/transcriptions` and `POST /v1/audio/translations`: speech to text, and to English.

https://platform.openai.com/docs/api-reference/audio. Both take every field; a translation's
`language` is what is spoken. Fields that would change the text and cannot be honoured are refused. With
`progress` a stream also tells how far it is, and the last event of a stream has the text as `response_format` says.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from mlxs.errors import BadRequest, RequestError
from mlxs.server import errors, pipeline, sse
from mlxs.server.app import App
from mlxs.server.disconnect import unless_gone
from mlxs.tasks.transcription import TranscriptionRequest

from .form import File, Form, described, read
from .transcript import FORMATS, Transcript, Write


class TranscriptionForm(Form):
    """A request to write speech down."""

    file: File
    language: str | None = None
    prompt: str | None = None
    response_format: Literal["json", "text", "srt", "vtt", "verbose_json", "diarized_json"] = "json"
    temperature: float | None = Field(None, ge=0, le=1)
    timestamp_granularities: list[Literal["word", "segment"]] = Field(default_factory=list)
    include: list[Literal["logprobs"]] = Field(default_factory=list)
    stream: bool = False
    progress: bool = False
    chunking_strategy: str | dict[str, Any] | None = None
    languages: list[str] = Field(default_factory=list)
    keywords: list[str] = Field(default_factory=list)
    known_speaker_names: list[str] = Field(default_factory=list)
    known_speaker_references: list[str] = Field(default_factory=list)

    def request(self, *, translate: bool) -> TranscriptionRequest:
        """What it means. Raises BadRequest where that is nothing we can do."""
        self._refuse()
        return TranscriptionRequest(
            audio=self.file.data,
            model=self.model,
            language=self.language,
            prompt=self.prompt,
            temperature=self.temperature,
            translate=translate,
            words="word" in self.timestamp_granularities,
            logprobs=bool(self.include),
        )

    def _refuse(self) -> None:
        refused = {
            "languages": (self.languages, "send one as `language`, or none to have it found out"),
            "keywords": (self.keywords, "send them as `prompt`"),
            "known_speaker_names": (self.known_speaker_names, "speakers are not told apart"),
            "known_speaker_references": (self.known_speaker_references, "speakers are not told apart"),
            "response_format": (self.response_format == "diarized_json", "speakers are not told apart"),
            "chunking_strategy": (self.chunking_strategy not in (None, "auto"), "send `auto`"),
        }
        for param, (sent, advice) in refused.items():
            if sent:
                raise BadRequest(f"{param}: this is not supported; {advice}", param=param)
        if self.timestamp_granularities and self.response_format != "verbose_json":
            message = "timestamp_granularities needs response_format: verbose_json"
            raise BadRequest(message, param="timestamp_granularities")
        if self.include and self.response_format != "json":
            raise BadRequest("include: logprobs needs response_format: json", param="include")
        if self.stream and self.response_format == "verbose_json":
            raise BadRequest("a stream is of text; send response_format: json, or no stream", param="response_format")
        if self.progress and not self.stream:
            raise BadRequest("progress needs stream: true", param="progress")


def mount(router: APIRouter, app: App) -> None:
    """Add the routes."""

    @router.post("/audio/transcriptions", openapi_extra=described(TranscriptionForm))
    async def create_transcription(request: Request) -> Response:
        """What is said in a recording."""
        return await _written(app, request, translate=False)

    @router.post("/audio/translations", openapi_extra=described(TranscriptionForm))
    async def create_translation(request: Request) -> Response:
        """What is said in a recording, in English."""
        return await _written(app, request, translate=True)


async def _written(app: App, request: Request, *, translate: bool) -> Response:
    form = await read(request, TranscriptionForm)
    asked = form.request(translate=translate)
    model = app.pool.find(asked.model)
    opened = pipeline.results(app.catalog.plugins, model, "transcription", asked)
    transcript = Transcript(
        translated=translate,
        granularities=form.timestamp_granularities,
        logprobs=asked.logprobs,
        progress=form.progress,
    )
    write, kind = FORMATS[form.response_format]
    events = _events(transcript, await unless_gone(request, opened))
    if form.stream:
        subtitles = write if form.response_format in ("srt", "vtt") else None
        return sse.stream(_frames(events, transcript, subtitles), _failed)
    await unless_gone(request, _all(events))
    written = write(transcript)
    return Response(written, media_type=kind) if isinstance(written, str) else errors.json_response(written)


async def _events(
    transcript: Transcript, portions: AsyncGenerator[Sequence[Any], None]
) -> AsyncGenerator[dict[str, Any], None]:
    async with aclosing(portions):
        async for portion in portions:
            for result in portion:
                for event in transcript.take(result):
                    yield event


async def _all(events: AsyncGenerator[dict[str, Any], None]) -> None:
    async with aclosing(events):
        async for _ in events:
            pass


async def _frames(
    events: AsyncGenerator[dict[str, Any], None], transcript: Transcript, subtitles: Write | None
) -> AsyncGenerator[bytes, None]:
    async with aclosing(events):
        async for event in events:
            yield sse.frame(event)
    yield sse.frame(transcript.done(str(subtitles(transcript)) if subtitles else None))


def _failed(error: RequestError) -> bytes:
    return sse.frame(errors.openai(error))
