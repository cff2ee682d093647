"""What holds for parsers of either kind, as tests."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..catalog import Catalog, Shelf
from ..events import ParsedEvent, merge
from ..parsing import Parser
from ..plugins import Plugins
from .drawn import chunks, pieces_of, soups
from .laws import Sample, assert_begins, assert_breaks_off, assert_means, said
from .work import effort, fours

HEAVY = ("mlx", "torch", "transformers", "numpy", "PIL", "pydantic", "fastapi")

drawing = settings(
    deadline=None,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow],
)


class ParserKit:
    """Tests of an installed parser of either kind.

    Override the fixture `plugins` where the parser is not installed.

    Args of the class:
        parser: Its name.
        samples: Answers and what they mean; short ones, for each is cut in every two places.
        marks: Strings the format looks for that no sample has.
        plain: Texts that might look like something and are only text.
        framing: Regular expression of what stands around text and is dropped, call or not; "" for nothing.
    """

    parser: ClassVar[str]
    samples: ClassVar[Mapping[str, Sample]]
    marks: ClassVar[Sequence[str]] = ()
    framing: ClassVar[str] = ""
    plain: ClassVar[Sequence[str]] = (
        "",
        " ",
        "\n\n",
        "Hello! How may I help you? ",
        " if a < b and c > d:\n\treturn [x for x in {1, 2}]\n",
        '```json\n{"name": "paris", "arguments": ["a", 1]}\n```\n',
        "<p>It is <b>bold</b> &amp; <i>fine</i></p><",
        "Größe 42 naïve 東京 👩‍🚀 \u200d\ufeff end\r\n",
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        standard = {
            name for base in cls.__mro__[1:] if base.__module__.startswith(f"{__package__}.") for name in vars(base)
        }
        for name, test in vars(cls).items():
            if name.startswith("test_") and name in standard and not _expects_failure(test):
                raise TypeError(
                    f"{cls.__name__}.{name} is a test of the kit; override it only with "
                    "@pytest.mark.xfail(reason=...), or give yours another name"
                )

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "sample" in metafunc.fixturenames:
            assert self.samples, f"{type(self).__name__} has no samples"
            metafunc.parametrize("sample", self.samples.values(), ids=list(self.samples))

    @pytest.fixture(scope="class")
    @classmethod
    def plugins(cls) -> Plugins:
        """Where the parser is found."""
        plugins = Plugins()
        plugins.discover()
        return plugins

    @pytest.fixture(scope="class")
    @classmethod
    def kind(cls, plugins: Plugins) -> type[Parser]:
        """The parser's class."""
        loaded: type[Parser] = cls.shelf(plugins).load(cls.parser)
        return loaded

    @pytest.fixture(autouse=True)
    def fails_loudly(self) -> Iterator[None]:
        """A parser that raises steps aside; here the error is the test's."""

        class Loud(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                error = record.exc_info and record.exc_info[1]
                raise error or AssertionError(record.getMessage())

        log, handler = logging.getLogger("mlxs.parsing"), Loud()
        log.addHandler(handler)
        yield
        log.removeHandler(handler)

    @classmethod
    def shelf(cls, plugins: Plugins) -> Shelf[Any]:
        """Where parsers of this kind are."""
        raise NotImplementedError

    @property
    def texts(self) -> list[str]:
        return [sample.text for sample in self.samples.values()]

    def test_found_by_name(self, plugins: Plugins, kind: type[Parser]) -> None:
        """Name, aliases and converter lead somewhere, and lists have a line to show."""
        shelf = self.shelf(plugins)
        spec = shelf.find(self.parser)
        assert issubclass(kind, Parser)
        assert spec.summary, f"{spec.name} has no summary"
        assert all(shelf.find(alias) is spec for alias in spec.aliases)
        if converter := getattr(spec, "converter", None):
            assert callable(Catalog(plugins).converters.load(converter))

    def test_imports_nothing_heavy(self, plugins: Plugins) -> None:
        """Plugin and parser are imported by the HTTP process and by `--help`."""
        offer = self.shelf(plugins).offer(self.parser)
        modules = [offer.plugin.entry.value.partition(":")[0], offer.spec.target.partition(":")[0]]
        code = f"import sys, {', '.join(modules)}; print(*(set(sys.modules) & {set(HEAVY)}))"
        path = os.pathsep.join(filter(None, sys.path))
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}
        )
        assert done.returncode == 0, done.stderr
        assert not done.stdout.strip(), f"{' and '.join(modules)} import {done.stdout.strip()}"

    def test_sample_means(self, kind: type[Parser], sample: Sample) -> None:
        assert_means(sample, said(sample.read(kind, sample.text)))

    def test_every_pair_of_cuts(self, kind: type[Parser], sample: Sample) -> None:
        """Cut in any two places, a sample means the same."""
        text, whole = sample.text, _merged(sample.read(kind, sample.text))
        for i in range(len(text) + 1):
            for j in range(i, len(text) + 1):
                deltas = (text[:i], text[i:j], text[j:])
                assert _merged(sample.read(kind, *deltas)) == whole, f"cut as {deltas}"

    def test_any_chunking(self, kind: type[Parser], sample: Sample) -> None:
        """Cut in any places, and character by character, a sample means the same, in lawful order."""
        whole = _merged(sample.read(kind, sample.text))
        assert _merged(sample.read(kind, *sample.text)) == whole

        @drawing
        @given(chunks(sample.text))
        def check(deltas: list[str]) -> None:
            events = sample.read(kind, *deltas)
            said(events)
            assert _merged(events) == whole

        check()

    def test_every_prefix(self, kind: type[Parser], sample: Sample) -> None:
        """Wherever a sample breaks off: nothing said is taken back, nothing is lost, every call ends."""
        whole = said(sample.read(kind, sample.text))
        for cut in range(len(sample.text) + 1):
            text = sample.text[:cut]
            parser = sample.begun(kind)
            events = parser.feed(text)
            part = said(events)
            end = said([*events, *parser.finish()])
            try:
                assert_begins(part, whole)
                assert_breaks_off(part, end, whole, text, self.framing)
            except AssertionError as error:
                raise AssertionError(f"after {text!r}: {error}") from error

    def test_soup_of_marks(self, kind: type[Parser]) -> None:
        """Nonsense made of the format's own marks means one thing, however it is cut."""
        tools = tuple({tool.name: tool for sample in self.samples.values() for tool in sample.tools}.values())

        @drawing
        @given(soups(self.texts, self.marks))
        def check(deltas: list[str]) -> None:
            sample = Sample(text="".join(deltas), tools=tools)
            whole = sample.read(kind, sample.text)
            assert all(call.complete is not None for call in said(whole).calls)
            for cut in (deltas, sample.text):
                events = sample.read(kind, *cut)
                said(events)
                assert _merged(events) == _merged(whole)

        check()

    def test_plain_text_untouched(self, kind: type[Parser]) -> None:
        """Text that is only text comes out byte for byte."""
        marks = [piece for piece in pieces_of(self.texts) if len(piece) > 1 and not piece.isalnum()]
        marks += [*self.marks, *(getattr(kind(), "tags", None) or ())]

        @drawing
        @given(st.text(), st.integers(0))
        def check(text: str, at: int) -> None:
            if not any(mark in text for mark in marks):
                _assert_untouched(kind, text, at % (len(text) + 1))

        for text in self.plain:
            for at in range(len(text) + 1):
                _assert_untouched(kind, text, at)
        check()

    def test_linear_time(self, kind: type[Parser]) -> None:
        """Twice the text is twice the work: counted, for repetitions of all the format's marks."""
        openings = ["", *(text[: len(text) * 2 // 3] for text in self.texts)]
        for opening in openings:
            for piece in {*pieces_of(self.texts), *self.marks, *self.texts, "word "}:
                # the first time pays for what is made but once
                _, once, twice = (effort(kind(), [opening, *fours((piece * n)[:n])]) for n in (600, 600, 1200))
                assert twice < 2.5 * once, f"{once} steps, then {twice}: {piece!r} again and again after {opening!r}"


def _expects_failure(test: Any) -> bool:
    marks = getattr(test, "pytestmark", ())
    return any(mark.name == "xfail" and mark.kwargs.get("reason") for mark in marks)


def _merged(events: list[ParsedEvent]) -> list[ParsedEvent]:
    return list(merge(events))


def _assert_untouched(kind: type[Parser], text: str, at: int) -> None:
    answer = said(Sample(text=text).read(kind, text[:at], text[at:]))
    if getattr(kind, "begins_thinking", False):
        assert (answer.content, answer.reasoning, answer.calls) == ("", text.lstrip(), ())
    else:
        assert (answer.content, answer.reasoning, answer.calls) == (text, "", ())
