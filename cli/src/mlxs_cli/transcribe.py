"""`mlxs transcribe`: what is said in a recording, with a bar of how much has been heard."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Task, TextColumn
from rich.text import Text

from .progress import bars
from .reach import reach, reaching


@reaching
@click.command()
@click.option("--format", "kind", type=click.Choice(["text", "srt", "vtt"]), default="text", show_default=True)
@click.option("--language", help="What is spoken, such as en. [found out]")
@click.option("--prompt", help="Words that may come up.")
@click.option("--temperature", type=click.FloatRange(0, 1), help="Of sampling.")
@click.option("--translate", is_flag=True, help="Write it in English, whatever is spoken.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write. [standard output]")
@click.argument("recording", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def transcribe(
    url: str | None,
    api_key: str | None,
    model: str,
    model_path: str | None,
    kind: str,
    translate: bool,
    out: Path | None,
    recording: Path,
    **wishes: Any,
) -> None:
    """Write down what is said in RECORDING, a file of sound or film."""
    asked = {"response_format": kind, "stream": "true", "progress": "true"}
    asked |= {name: str(value) for name, value in wishes.items() if value is not None}
    with reach(url, api_key, model_path) as server:
        asked["model"] = server.model(model, "transcription")
        path = "/v1/audio/translations" if translate else "/v1/audio/transcriptions"
        files = {"file": (recording.name, recording.read_bytes())}
        text = _heard(server.events(path, data=asked, files=files))
    if out:
        out.write_text(text.strip() + "\n")
    else:
        click.echo(text.strip())


class Heard(TextColumn):
    """How much of how much has been heard: `0:01:30 of 0:12:00`."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        times = [str(timedelta(seconds=int(seconds))) for seconds in (task.completed, task.total or 0)]
        return Text(" of ".join(times) if task.total else "")


def _heard(events: Iterable[dict[str, Any]]) -> str:
    """The whole text, under a bar that shows how far it is."""
    text = ""
    with bars(Console(stderr=True), Heard()) as progress:
        bar = progress.add_task("listening", total=None)
        for event in events:
            if event["type"] == "transcript.progress":
                progress.update(bar, completed=event["seconds"], total=event["duration"])
            elif event["type"] == "transcript.text.done":
                text = event["text"]
    return text
