"""Speech to text: a window at a time, by whichever of mlx-audio's models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import mlx.core as mx
import numpy as np
from numpy.typing import NDArray

from mlxs.errors import BadRequest
from mlxs.sound import samples
from mlxs.tasks.transcription import Heard, Segment, TranscriptionRequest

from .heard import segments
from .languages import known
from .loading import Checkpoint
from .options import SpeechOptions
from .windows import windows

RATE = 16000
PROMPTS = ("initial_prompt", "system_prompt", "context", "prompt")
"""What families call the argument that says what may come up."""
SILENT = 1
"""A window whose samples are no further from nought than this is not listened to."""


@dataclass(frozen=True)
class Recording:
    """A request, understood: what the library's `generate` is given with each window."""

    samples: NDArray[np.int16]
    arguments: dict[str, Any]
    words: bool


class Writer:
    """Writes down what is said."""

    def __init__(self, checkpoint: Checkpoint, options: SpeechOptions) -> None:
        self._checkpoint = checkpoint
        self._options = options

    def understand(self, request: TranscriptionRequest) -> Recording:
        """Raises BadRequest where the model cannot do what is asked."""
        if request.logprobs:
            raise BadRequest("this model does not tell its tokens' probabilities; leave include out", param="include")
        arguments = {
            **self._argument("language", request.language, "finds out the language by itself", "language"),
            **self._argument("prompt", request.prompt, "cannot be told what may come up", *PROMPTS),
            **self._argument("temperature", request.temperature or None, "does not sample", "temperature"),
            **self._argument("model", request.translate and "translate", "does not translate", "task"),
        }
        if self._options.max_tokens is not None and self._checkpoint.takes("max_tokens"):
            arguments["max_tokens"] = self._options.max_tokens
        if self._checkpoint.takes("word_timestamps"):
            arguments["word_timestamps"] = request.words
        if self._checkpoint.takes("verbose"):
            arguments["verbose"] = False
        heard = samples(request.audio, rate=RATE, longest=self._options.max_duration)
        return Recording(heard, arguments, request.words)

    def _argument(self, param: str, value: Any, cannot: str, *names: str) -> dict[str, Any]:
        """An argument by the name that the model's family has for it."""
        if not value:
            return {}
        name = next(filter(self._checkpoint.takes, names), None)
        if name is None:
            advice = "serve one that does" if param == "model" else f"leave {param} out"
            raise BadRequest(f"this model {cannot}; {advice}", param=param)
        return {name: value}

    def write(self, recording: Recording) -> Iterator[Heard | Segment | None]:
        """What is said, a window's segments at a time."""
        yield Heard(len(recording.samples) / RATE, recording.arguments.get("language", ""))
        for begin, end in windows(recording.samples, RATE, self._options.window):
            window = recording.samples[begin:end]
            if window.max() <= SILENT and window.min() >= -SILENT:
                continue
            sound = mx.array(window.astype(np.float32) / 32768)
            with known(recording.arguments.get("language")):
                result = self._checkpoint.network.generate(sound, **recording.arguments)
            for segment in segments(result, begin / RATE, end / RATE):
                if recording.words and not segment.words:
                    raise BadRequest(
                        "this model does not tell when words are spoken; send timestamp_granularities: segment",
                        param="timestamp_granularities",
                    )
                yield segment
            yield None
