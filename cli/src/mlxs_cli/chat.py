"""`mlxs chat`: a conversation in the terminal, with a server that runs or one started for it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console

from mlxs.errors import MlxsError

from .client import DEFAULT_URL, models_at, stream_chat
from .serve import listen


@click.command()
@click.option("--url", help=f"Server to talk to. [{DEFAULT_URL}, or one started for this conversation]")
@click.option("--api-key", envvar="MLXS_API_KEY", help="Its key.")
@click.option("--model", default="", help="Which of its models.")
@click.option("--model-path", help="Start a server with this model.")
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
    with _server(url, model_path, api_key) as address:
        there = models_at(address, api_key)
        if not there:
            raise MlxsError(f"no server answers at {address}; start one with `mlxs launch`, or leave out --url")
        body: dict[str, Any] = {"model": model or there[0]["id"], "messages": []}
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
            body["messages"].append(answer(console, stream_chat(address, body, api_key)))


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


@contextmanager
def _server(url: str | None, model_path: str | None, api_key: str | None) -> Iterator[str]:
    """The address of a server: the one named, the one that runs already, or one started for the block."""
    if url:
        yield url.rstrip("/")
        return
    if not model_path and models_at(DEFAULT_URL, api_key):
        yield DEFAULT_URL
        return
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlxs_cli", "launch", "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(
        [*command, *(["--model-path", model_path] if model_path else [])], stdout=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while not any(model.get("state") == "ready" for model in models_at(address, api_key)):
            if process.poll() is not None:
                raise MlxsError("the server could not be started; see above")
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()
