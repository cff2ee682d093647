"""What has been heard, as OpenAI's stream events and bodies, and as subtitles.

https://platform.openai.com/docs/api-reference/audio, https://www.w3.org/TR/webvtt1/. SubRip has no
standard; https://en.wikipedia.org/wiki/SubRip describes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from html import escape
from math import ceil
from typing import Any

from mlxs.tasks.transcription import Heard, Segment


class Transcript:
    """A transcript that grows.

    Args:
        translated: Whether it is in English, whatever is spoken.
        granularities: What of `word` and `segment` is told in `verbose_json`; none: segments.
        logprobs: Whether tokens' probabilities are told.
        progress: Whether events tell how far it is.
    """

    def __init__(
        self, *, translated: bool, granularities: Collection[str], logprobs: bool, progress: bool = False
    ) -> None:
        self.segments: list[Segment] = []
        self.text = ""
        self._heard = Heard(0.0)
        self._translated = translated
        self._granularities = granularities or ("segment",)
        self._logprobs = logprobs
        self._progress = progress

    def take(self, result: Heard | Segment) -> Iterator[dict[str, Any]]:
        """Take what the model says; the events that tell of it."""
        if isinstance(result, Heard):
            self._heard = result
        else:
            self.segments.append(result)
            delta = result.text if self.text else result.text.lstrip()
            self.text += delta
            if delta:
                yield {"type": "transcript.text.delta", "delta": delta, **self._probabilities([result])}
        if self._progress:
            done = self.segments[-1].end if self.segments else 0.0
            yield {"type": "transcript.progress", "seconds": done, "duration": self._heard.duration}

    def done(self, text: str | None = None) -> dict[str, Any]:
        """The event that ends a stream; it may have the text in another form."""
        said = self.text if text is None else text
        return {"type": "transcript.text.done", "text": said, **self._probabilities(self.segments)}

    def json(self) -> dict[str, Any]:
        """The body that has the text."""
        return {"text": self.text, **self._probabilities(self.segments), "usage": self._usage()}

    def verbose(self) -> dict[str, Any]:
        """The body that has the times too."""
        body: dict[str, Any] = {
            "task": "translate" if self._translated else "transcribe",
            "language": "english" if self._translated else self._heard.language,
            "duration": self._heard.duration,
            "text": self.text,
        }
        if "segment" in self._granularities:
            body["segments"] = [_segment(number, segment) for number, segment in enumerate(self.segments)]
        if "word" in self._granularities:
            words = [word for segment in self.segments for word in segment.words]
            body["words"] = [{"word": word.word.strip(), "start": word.start, "end": word.end} for word in words]
        return {**body, "usage": self._usage()}

    def srt(self) -> str:
        """SubRip subtitles."""
        return "".join(
            f"{number}\n{_times(segment, ',')}\n{text}\n\n" for number, (segment, text) in enumerate(self._lines(), 1)
        )

    def vtt(self) -> str:
        """WebVTT subtitles."""
        cues = (f"{_times(segment, '.')}\n{escape(text, quote=False)}\n\n" for segment, text in self._lines())
        return "WEBVTT\n\n" + "".join(cues)

    def _lines(self) -> list[tuple[Segment, str]]:
        """Segments and what they say, on one line, without what marks a time."""
        said = [(segment, " ".join(segment.text.split())) for segment in self.segments]
        return [(segment, text.replace("-->", "->")) for segment, text in said if text]

    def _probabilities(self, segments: list[Segment]) -> dict[str, Any]:
        if not self._logprobs:
            return {}
        told = [token for segment in segments for token in segment.logprobs]
        return {"logprobs": [{"token": t.token, "bytes": list(t.bytes), "logprob": t.logprob} for t in told]}

    def _usage(self) -> dict[str, Any]:
        return {"type": "duration", "seconds": ceil(self._heard.duration)}


Write = Callable[[Transcript], str | dict[str, Any]]

FORMATS: Mapping[str, tuple[Write, str]] = {
    "json": (Transcript.json, "application/json"),
    "verbose_json": (Transcript.verbose, "application/json"),
    "text": (lambda transcript: transcript.text + "\n", "text/plain"),
    "srt": (Transcript.srt, "application/x-subrip"),
    "vtt": (Transcript.vtt, "text/vtt"),
}
"""What writes each `response_format`, and its media type."""


def _segment(number: int, segment: Segment) -> dict[str, Any]:
    return {
        "id": number,
        "seek": segment.seek,
        "start": segment.start,
        "end": segment.end,
        "text": segment.text,
        "tokens": segment.tokens,
        "temperature": segment.temperature,
        "avg_logprob": segment.avg_logprob,
        "compression_ratio": segment.compression_ratio,
        "no_speech_prob": segment.no_speech_prob,
    }


def _times(segment: Segment, point: str) -> str:
    """When a subtitle is shown: for a moment at least."""
    start, end = round(segment.start * 1000), round(segment.end * 1000)
    return f"{_time(start, point)} --> {_time(max(end, start + 1), point)}"


def _time(milliseconds: int, point: str) -> str:
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"
