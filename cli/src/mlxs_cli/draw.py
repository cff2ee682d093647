"""`mlxs draw`: pictures of what a prompt says, or changed as it says, with a bar of the steps."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn

from .progress import bars
from .reach import reach, reaching

FORMATS = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp"}
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@reaching
@click.command()
@click.option("--image", "images", multiple=True, type=FILE, help="Picture to change; may be said again.")
@click.option("--mask", type=FILE, help="PNG, clear where to draw.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write. [picture-SEED.png]")
@click.option("--n", "count", type=click.IntRange(1, 10), default=1, show_default=True, help="How many pictures.")
@click.option("--size", help="Such as 512x512. [as the model likes it]")
@click.option("--seed", type=int, help="Draws the same picture again.")
@click.option("--steps", type=int, help="Steps of denoising. [the model's own]")
@click.option("--guidance", type=float, help="How closely to follow the prompt. [the model's own]")
@click.option("--negative-prompt", help="What not to draw.")
@click.argument("prompt")
def draw(
    url: str | None,
    api_key: str | None,
    model: str,
    model_path: str | None,
    images: tuple[Path, ...],
    mask: Path | None,
    out: Path | None,
    count: int,
    prompt: str,
    **wishes: Any,
) -> None:
    """Draw what PROMPT says; with --image, change that picture as it says."""
    kind = FORMATS.get(out.suffix.lower()) if out else "png"
    if not kind:
        raise click.BadParameter(f"name it {', '.join(FORMATS)}, not {out}", param_hint="--out")
    if mask and not images:
        raise click.BadParameter("it says where to change a picture; name that with --image", param_hint="--mask")
    asked = {"prompt": prompt, "n": count, "output_format": kind, "stream": True, "progress": True}
    asked |= {name: value for name, value in wishes.items() if value is not None}
    with reach(url, api_key, model_path) as server:
        asked["model"] = server.model(model, "image-edit" if images else "image")
        if images:
            files = [("image[]", (file.name, file.read_bytes())) for file in images]
            files += [("mask", (mask.name, mask.read_bytes()))] if mask else []
            fields = {name: str(value) for name, value in asked.items()}
            events = server.events("/v1/images/edits", data=fields, files=files)
        else:
            events = server.events("/v1/images/generations", json=asked)
        for number, picture in enumerate(_drawn(events, count), 1):
            file = out or Path(f"picture-{picture['seed']}.png")
            file = file.with_stem(f"{file.stem}-{number}") if out and count > 1 else file
            file.write_bytes(b64decode(picture["b64_json"]))
            click.echo(f"{file} ({picture['size']}, seed {picture['seed']})")


def _drawn(events: Iterable[dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    """The pictures as they are done, under a bar that shows how far the next one is."""
    done = 0
    with bars(Console(stderr=True), MofNCompleteColumn()) as progress:
        bar = progress.add_task("starting", total=None)
        for event in events:
            if event["type"].endswith(".progress"):
                which = f"picture {done + 1} of {count}" if count > 1 else "drawing"
                progress.update(bar, description=which, completed=event["step"], total=event["steps"])
            elif event["type"].endswith(".completed"):
                done += 1
                yield event
