"""What the published kit asks of every backend, in the process it lives in."""

from __future__ import annotations

import pytest

from mlxs.tasks.transcription import TranscriptionRequest
from mlxs.testing import BackendKit


class TestWhisper(BackendKit):
    backend = "whisper"
    requests: dict[str, TranscriptionRequest] = {}

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def asked(cls, sounds):
        cls.requests["transcription"] = sounds.asked(sounds.sound(35), language="en")

    @pytest.fixture(scope="class")
    @classmethod
    def options(cls, model):
        return {"model_path": str(model())}
