"""What mlx-audio's models answer, each family in its way, as segments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlxs.tasks.transcription import Segment, Word


def segments(result: Any, begin: float, end: float) -> Iterator[Segment]:
    """The segments of a window that lasts from `begin` to `end`, in seconds of the recording.

    Args:
        result: With `sentences` of tokens that have times (Parakeet and its kin), with `segments` that
            are dictionaries (Whisper and others), or with a `text` alone.
    """
    if getattr(result, "sentences", None):
        yield from (_sentence(one, begin, end) for one in result.sentences)
        return
    told = [one for one in getattr(result, "segments", None) or () if isinstance(one, dict) and "start" in one]
    if told:
        yield from (_told(one, begin, end) for one in told if one.get("text", "").strip())
    elif result.text.strip():
        yield Segment(begin, end, _spaced(result.text))


def _sentence(sentence: Any, begin: float, end: float) -> Segment:
    words: list[Word] = []
    for token in sentence.tokens:
        start, stop = min(begin + token.start, end), min(begin + token.end, end)
        if words and not token.text.startswith(" "):
            words[-1] = Word(words[-1].word + token.text, words[-1].start, stop)
        else:
            words.append(Word(token.text, start, stop))
    tokens = tuple(token.id for token in sentence.tokens)
    return Segment(
        min(begin + sentence.start, end),
        min(begin + sentence.end, end),
        _spaced(sentence.text),
        tokens,
        words=tuple(words),
    )


def _told(segment: dict[str, Any], begin: float, end: float) -> Segment:
    start, stop = segment["start"], segment.get("end")
    words = tuple(
        Word(word["word"], begin + float(word["start"]), begin + float(word["end"]), float(word.get("probability", 1)))
        for word in segment.get("words") or ()
    )
    known: dict[str, Any] = {name: float(segment[name]) for name in RATED if segment.get(name) is not None}
    return Segment(
        begin + float(start),
        end if stop is None else min(begin + float(stop), end),
        _spaced(segment["text"]),
        tuple(segment.get("tokens") or ()),
        words=words,
        seek=round(begin * 100),
        **known,
    )


RATED = ("temperature", "avg_logprob", "compression_ratio", "no_speech_prob")


def _spaced(text: str) -> str:
    """With a space before it, as all segments' texts are the whole."""
    return text if text[:1].isspace() else " " + text
