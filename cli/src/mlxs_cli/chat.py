"""`mlxs chat`: a conversation in the terminal, with a server that runs or one started for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click
from rich.console import Console

from .reach import reach, reaching


@reaching
@click.command()
@click.option("--system", help="System message.")
@click.option("--temperature", type=float, help="Sampling temperature.")
@click.option("--tools", type=click.File(), help="JSON file with a list of tools to offer.")
@click.option("--think/--no-think", default=None, help="Whether the model may think first, where it can choose.")
@click.argument("message", nargs=-1)
def chat(
    url: str | None,
    api_key: str | None,
    model: str,
    model_path: str | None,
    system: str | None,
    temperature: float | None,
    tools: Any,
    think: bool | None,
    message: tuple[str, ...],
) -> None:
    """Talk to a model. With a MESSAGE: one answer; without: a conversation, ended by Ctrl-D."""
    console = Console(highlight=False)
    with reach(url, api_key, model_path) as server:
        body: dict[str, Any] = {"model": server.model(model, "chat"), "messages": [], "stream": True}
        if system:
            body["messages"].append({"role": "system", "content": system})
        if temperature is not None:
            body["temperature"] = temperature
        if think is not None:
            body["enable_thinking"] = think
        if tools:
            body["tools"] = json.load(tools)
        for said in _said(console, message, body["model"]):
            body["messages"].append({"role": "user", "content": said})
            chunks = server.events("/v1/chat/completions", json=body)
            deltas = (choice["delta"] for chunk in chunks for choice in chunk["choices"])
            body["messages"].append(answer(console, deltas))


def answer(console: Console, deltas: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """Print an answer as it comes, thoughts dimmed, and return it as a message."""
    text, calls = "", list[dict[str, Any]]()
    thinking = False
    for delta in deltas:
        if thought := delta.get("reasoning_content"):
            console.print(thought, end="", style="dim", markup=False, soft_wrap=True)
            thinking = True
        if said := delta.get("content"):
            console.print(f"\n{said}" if thinking else said, end="", markup=False, soft_wrap=True)
            text, thinking = text + said, False
        for call in delta.get("tool_calls", ()):
            if "id" in call:
                calls.append({"id": call["id"], "type": "function", "function": {**call["function"]}})
                console.print(f"\n{call['function']['name']} ", end="", style="cyan", markup=False)
            else:
                calls[call["index"]]["function"]["arguments"] += call["function"]["arguments"]
                console.print(call["function"]["arguments"], end="", style="cyan", markup=False, soft_wrap=True)
    console.print()
    return {"role": "assistant", "content": text, **({"tool_calls": calls} if calls else {})}


def _said(console: Console, message: tuple[str, ...], model: str) -> Iterator[str]:
    if message:
        yield " ".join(message)
        return
    console.print(f"[dim]{model}; Ctrl-D ends the conversation[/dim]")
    while True:
        try:
            said = console.input("[bold]> [/bold]")
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if said.strip():
            yield said
