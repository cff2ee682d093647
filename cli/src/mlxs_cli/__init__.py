"""The command `mlxs`. Its own commands come through the same hook as everybody's."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import CommandSpec


@hookimpl
def mlxs_commands() -> Iterator[CommandSpec]:
    yield CommandSpec(name="launch", target="mlxs_cli.launch:launch", summary="Serve a model over HTTP.")
    yield CommandSpec(name="chat", target="mlxs_cli.chat:chat", summary="Talk to a model in the terminal.")
    yield CommandSpec(name="draw", target="mlxs_cli.draw:draw", summary="Make or change pictures.")
    yield CommandSpec(name="transcribe", target="mlxs_cli.transcribe:transcribe", summary="Write down what is said.")
    yield CommandSpec(name="models", target="mlxs_cli.models:models", summary="List the models at hand.")
    yield CommandSpec(name="plugins", target="mlxs_cli.plugins:plugins", summary="List plugins and what they offer.")
    yield CommandSpec(name="parsers", target="mlxs_cli.parsing:parsers", summary="List parsers, with examples.")
    yield CommandSpec(name="converters", target="mlxs_cli.parsing:converters", summary="List message converters.")
    yield CommandSpec(name="parse", target="mlxs_cli.parsing:parse", summary="Show what a parser makes of a text.")
