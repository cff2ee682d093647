"""What a person wants to know when the server is up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from textwrap import shorten
from typing import Any

from rich.console import Console
from rich.markup import escape

from mlxs.models import Model
from mlxs.server.app import App

BODIES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "chat": ("chat/completions", {"messages": [{"role": "user", "content": "Hello!"}]}),
    "embedding": ("embeddings", {"input": "Hello!"}),
    "image": ("images/generations", {"prompt": "A lighthouse in the fog"}),
    "speech": ("audio/speech --output hello.mp3", {"input": "Hello!"}),
}
"""Where each capability may be tried, and with what."""

FORMS: Mapping[str, tuple[str, str]] = {
    "transcription": ("audio/transcriptions", "-F file=@speech.wav"),
    "image-edit": ("images/edits", "-F image=@picture.png -F prompt='In the evening'"),
}
"""The same for those that are sent files."""

LONGEST = 200
"""Letters of a detail that are shown."""


def banner(console: Console, app: App, url: str) -> None:
    """Print each model, how it is spoken with and why, and a line to try it with."""
    for model in app.pool:
        _describe(console, model)
    console.print(f"\n[bold]mlxs {app.version}[/bold] at [bold]{url}[/bold]  (API under {url}/v1)")
    console.print(f"try: curl {escape(_attempt(url, next(iter(app.pool))))}", soft_wrap=True)


def _attempt(url: str, model: Model) -> str:
    """What to tell curl to try a model."""
    for capability in model.capabilities:
        if capability in BODIES:
            path, body = BODIES[capability]
            said = json.dumps({"model": model.name, **body})
            return f"{url}/v1/{path} -H 'content-type: application/json' -d '{said}'"
        if capability in FORMS:
            path, form = FORMS[capability]
            return f"{url}/v1/{path} -F model='{model.name}' {form}"
    return f"{url}/v1/models"


def _describe(console: Console, model: Model) -> None:
    console.print(
        f"[bold]{escape(model.name)}[/bold]  {model.options.model_type}, {', '.join(model.capabilities)}",
        soft_wrap=True,
    )
    if model.name == "demo":
        console.print("  no --model-path was given: this is the small demo model that is built in")
    if not model.info:
        console.print("  is loaded at the first request")
        return
    said = {"context": f"{model.info.context_length} tokens" if model.info.context_length else "unlimited"}
    said |= {name.replace("_", " "): str(value) for name, value in model.info.details.items()}
    if "chat" in model.capabilities:
        dialect = model.dialect
        said["tool calls"] = f"{dialect.tool_parser.name} ({dialect.tool_parser.why})"
        said["reasoning"] = f"{dialect.reasoning_parser.name} ({dialect.reasoning_parser.why})"
        said["converter"] = f"{dialect.converter.name} ({dialect.converter.why})"
    for name, value in said.items():
        console.print(f"  {name:<12} {escape(shorten(value, LONGEST))}", soft_wrap=True)
