"""A backend that hears and speaks without a model: for tests of everything but models.

A file is its text in UTF-8, a word a second. A text with `!` in it is refused, and one with `?` fails
halfway; a step is one word.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator

from ..backends import Backend, ModelInfo, Progress
from ..errors import BadRequest, ModelFailed
from ..events import TokenLogprob
from ..hooks import hookimpl
from ..options import ModelOptions
from ..specs import BackendSpec
from ..tasks.speech import Sound, SpeechModel, SpeechRequest
from ..tasks.transcription import Heard, Segment, TranscriptionModel, TranscriptionRequest, Word

LANGUAGES = {"en": "english", "fr": "french"}


class Parrot(Backend[ModelOptions], TranscriptionModel, SpeechModel):
    """Says what it hears."""

    def load(self, progress: Progress) -> ModelInfo:
        return ModelInfo(details={"voices": ["green", "grey"]})

    def transcribe(self, request: TranscriptionRequest) -> Iterator[Heard | Segment | None]:
        language = request.language or "fr"
        if language not in LANGUAGES:
            raise BadRequest(f"this model does not know the language {language!r}", param="language")
        words = _words(b64decode(request.audio).decode(), "file")
        if request.prompt:
            words = [request.prompt, *words]
        if request.translate:
            words = [word.upper() for word in words]
        yield Heard(float(len(words)), LANGUAGES[language])
        for number, word in enumerate(words):
            if "?" in word:
                raise ModelFailed(f"it cannot say {word!r}")
            yield None
            yield Segment(
                float(number),
                number + 0.5,
                " " + word,
                (number,),
                words=(Word(" " + word, float(number), number + 0.25),) if request.words else (),
                temperature=request.temperature or 0.0,
                logprobs=(TokenLogprob(" " + word, -0.5, tuple(f" {word}".encode())),) if request.logprobs else (),
            )

    def speak(self, request: SpeechRequest) -> Iterator[Sound | None]:
        if request.voice not in (None, "green", "grey"):
            raise BadRequest(f"there is no voice {request.voice!r}; voices: green, grey", param="voice")
        for word in _words(request.text, "input"):
            if "?" in word:
                raise ModelFailed(f"it cannot say {word!r}")
            told = " ".join(map(str, (word, request.voice, request.speed, request.instructions, request.format)))
            yield Sound(b64encode(f"{told}\n".encode()).decode(), 1)


def _words(text: str, param: str) -> list[str]:
    if "!" in text:
        raise BadRequest("parrots do not shout", param=param)
    return text.split()


@hookimpl
def mlxs_backends() -> Iterator[BackendSpec]:
    yield BackendSpec(
        name="parrot",
        target="mlxs.testing.parrot:Parrot",
        capabilities=("transcription", "speech"),
        summary="Says what it hears; for tests.",
    )
