"""What a plugin may offer. An offer is a name and the address of the thing; nothing is imported to make one."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

MARKS = ("pipeline", "file", "model_type", "name", "architecture", "key")
"""What a checkpoint may be told by, the most telling first: the class that diffusers' `model_index.json` names, a
file or directory at its top, `model_type` of `config.json`, the checkpoint's own name in small letters, one of its
`architectures`, and a key of `config.json`."""


def attribute(address: str) -> Any:
    """What stands at `package.module:Attribute`."""
    module, _, name = address.partition(":")
    return getattr(import_module(module), name)


@dataclass(frozen=True, kw_only=True)
class Spec:
    """One offer.

    Args:
        name: What users call it; `distribution:name` names it where two plugins chose the same name.
        target: `package.module:Attribute`, imported when first used.
        summary: One line for lists and `--help`.
        aliases: Other names it answers to.
        requires: Modules that must be importable; looked up, never imported.
        install: What to type where one of them is missing, such as `pip install 'mlxs-vision[cpu]'`.
    """

    name: str
    target: str
    summary: str = ""
    aliases: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    install: str = ""

    def load(self) -> Any:
        """Import the thing. Raises what the import raises, AttributeError where it is not there."""
        return attribute(self.target)


@dataclass(frozen=True, kw_only=True)
class BackendSpec(Spec):
    """A kind of model: `name` is a `--model-type`; `target` a `mlxs.backends.Backend`.

    Args:
        capabilities: Names from `mlxs.backends.CAPABILITIES`.
        options: Address of the `ModelOptions` subclass that steers it.
        explain: Address of a function that turns the last words of a dying process (its stderr) into
            a sentence of advice, or "". The server calls it: its module must import nothing heavy.
        recognises: What tells checkpoints of this kind, for `--model-type auto`: `what=pattern`, where `what`
            is one of `MARKS` and `*` in the pattern stands for anything.
    """

    capabilities: tuple[str, ...] = ()
    options: str = "mlxs.options:ModelOptions"
    explain: str = ""
    recognises: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for mark in self.recognises:
            if mark.partition("=")[0] not in MARKS:
                raise ValueError(f"recognises: {mark!r} must begin with {', '.join(f'{name}=' for name in MARKS)}")

    def options_type(self) -> type[Any]:
        """The `ModelOptions` that steer it."""
        kind: type[Any] = attribute(self.options)
        return kind


@dataclass(frozen=True, kw_only=True)
class ElsewhereSpec(BackendSpec):
    """A backend of another environment: `target` and `options` are addresses there.

    Args:
        python: The interpreter of that environment.
        kind: Its options, as they were described.
    """

    python: str
    kind: type[Any]

    def options_type(self) -> type[Any]:
        return self.kind


@dataclass(frozen=True, kw_only=True)
class ToolParserSpec(Spec):
    """A format of tool calls: `target` is a `mlxs.parsing.ToolParser`.

    Args:
        marks: Strings in a chat template that betray the format; the longest found wins under `auto`.
        converter: Name of the message converter that goes with it.
    """

    marks: tuple[str, ...] = ()
    converter: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReasoningParserSpec(Spec):
    """A format of thoughts: `target` is a `mlxs.parsing.ReasoningParser`; `marks` as for tool parsers."""

    marks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MadeSpec(ToolParserSpec, ReasoningParserSpec):
    """A parser that no plugin brings: `kind` was made for one model from what its files say; `target` tells how."""

    kind: type[Any]

    def load(self) -> Any:
        return self.kind


@dataclass(frozen=True, kw_only=True)
class ConverterSpec(Spec):
    """A way to fit messages to a chat template: `target` is a function from ChatRequest to ChatRequest."""


@dataclass(frozen=True, kw_only=True)
class SurfaceSpec(Spec):
    """An API: `target` is a function from `mlxs.server.app.App` to a fastapi `APIRouter`.

    Args:
        needs: Capabilities of which a model must offer one for the surface to be mounted; none: always.
    """

    needs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StoreSpec(Spec):
    """A place where conversations outlive the server: `target` is a `mlxs.stores.Store`.

    Its name is what `--state-store` takes.
    """


@dataclass(frozen=True, kw_only=True)
class CommandSpec(Spec):
    """A command of `mlxs`: `target` is a click command. `--help` shows `summary` and imports nothing."""


@dataclass(frozen=True, kw_only=True)
class OptionsSpec(Spec):
    """More options for the server: `target` is a `mlxs.options.Options` subclass.

    Each field becomes a flag of `launch`, an environment variable and a key of `server:` in YAML; the
    values are found in `App.options[name]`.
    """


@dataclass(frozen=True, kw_only=True)
class ModelSpec(Spec):
    """A model a plugin brings along: `target` is a function that returns its directory.

    Args:
        default: Whether `launch` serves it when no model is named.
        model_type: Which backend it needs.
    """

    model_type: str = "lm"
    default: bool = False

    def path(self) -> Path:
        """The directory of the model."""
        return Path(self.load()())
