"""What a person wants to know when the server is up."""

from __future__ import annotations

import json

from rich.console import Console
from rich.markup import escape

from mlxs.models import Model
from mlxs.server.app import App


def banner(console: Console, app: App, url: str) -> None:
    """Print each model, how it is spoken with and why, and a line to try it with."""
    for model in app.pool:
        _describe(console, model)
    first = next(iter(app.pool))
    body = json.dumps({"model": first.name, "messages": [{"role": "user", "content": "Hello!"}]})
    console.print(f"\n[bold]mlxs {app.version}[/bold] at [bold]{url}[/bold]  (API under {url}/v1)")
    console.print(
        f"try: curl {url}/v1/chat/completions -H 'content-type: application/json' -d '{escape(body)}'", soft_wrap=True
    )


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
        console.print(f"  {name:<12} {escape(value)}", soft_wrap=True)
