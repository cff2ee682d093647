"""What the published kit asks of every backend, in the process it lives in."""

from __future__ import annotations

from base64 import b64encode

import pytest

from mlxs.tasks.speech import SpeechRequest
from mlxs.tasks.transcription import TranscriptionRequest
from mlxs.testing import BackendKit

TEXT = "This is a sentence that is long enough to stand alone. And this is another, as long as the first."


class TestSpeaking(BackendKit):
    backend = "speech"
    requests = {"speech": SpeechRequest(text=TEXT)}

    @pytest.fixture(scope="class")
    @classmethod
    def options(cls, speaks):
        return {"model_path": str(speaks), "max_tokens": 12}

    def test_declares_what_it_can_do(self, spec):
        assert set(spec.capabilities) == {"speech", "transcription"}  # each model has one of them


class TestWriting(BackendKit):
    backend = "speech"
    requests: dict[str, TranscriptionRequest] = {}

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def asked(cls, sounds):
        audio = b64encode(sounds.recorded(sounds.sound(12))).decode()
        cls.requests["transcription"] = TranscriptionRequest(audio=audio)

    @pytest.fixture(scope="class")
    @classmethod
    def options(cls, writes):
        return {"model_path": str(writes), "window": 5}

    def test_declares_what_it_can_do(self, spec):
        assert set(spec.capabilities) == {"speech", "transcription"}
