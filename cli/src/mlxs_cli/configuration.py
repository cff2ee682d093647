"""Which server, with which models: from flags, the environment and a YAML file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mlxs.catalog import Catalog
from mlxs.elsewhere import backend
from mlxs.errors import MlxsError
from mlxs.options import ENV_PREFIX, ModelOptions, Options, ServerOptions, settle
from mlxs.recognition import recognise
from mlxs.specs import ModelSpec


@dataclass(frozen=True)
class Configuration:
    """Everything `launch` has been told.

    Args:
        server: Options of the server.
        plugins: Options that plugins added, by the name of their spec.
        models: Options of each model, and the name it goes by.
    """

    server: ServerOptions
    plugins: Mapping[str, Options]
    models: tuple[tuple[str, ModelOptions], ...]


def chosen(catalog: Catalog, said: Mapping[str, Any], *, environment: bool = True) -> tuple[str, type[ModelOptions]]:
    """The kind of a model, `auto` resolved, and its options.

    Args:
        said: What has been said of the model.
        environment: Whether `MLXS_...` variables count where it is silent.

    Raises CatalogError where no plugin has that kind; MlxsError where there is no such model to look at.
    """

    def read(name: str) -> Any:
        return said.get(name) or (os.environ.get(ENV_PREFIX + name.upper()) if environment else None)

    model_type, path = read("model_type") or "auto", read("model_path")
    if model_type == "auto":
        built_in = default_model(catalog)
        model_type = recognise(catalog, path)[0] if path else built_in.model_type if built_in else "lm"
    return model_type, backend(catalog, model_type, read("python")).options_type()


def default_model(catalog: Catalog) -> ModelSpec | None:
    """What is served where no model is named."""
    return next((spec for spec in catalog.models if spec.default), None)


def plugin_options(catalog: Catalog) -> dict[str, type[Options]]:
    """Options that plugins add to the server's."""
    return {spec.name: catalog.options.load(spec.name) for spec in catalog.options}


def configure(catalog: Catalog, flags: Mapping[str, Any], file: Path | None) -> Configuration:
    """Put it all together.

    Args:
        flags: What was typed, by field name.
        file: A YAML file with `server:` and `models:`.

    Raises MlxsError that says which flag, variable or key is wrong.
    """
    said = _read(file) if file else {}
    server_file = said.get("server") or {}
    kinds = plugin_options(catalog)
    of_plugins = {name for kind in kinds.values() for name in kind.model_fields}

    def part(kind: type[Options], *, others: frozenset[str] = frozenset()) -> Any:
        own = {name: value for name, value in flags.items() if name in kind.model_fields}
        return settle(kind, own, {name: value for name, value in server_file.items() if name not in others})

    server = part(ServerOptions, others=frozenset(of_plugins))
    plugins = {
        name: settle(
            kind,
            {key: value for key, value in flags.items() if key in kind.model_fields},
            {key: value for key, value in server_file.items() if key in kind.model_fields},
        )
        for name, kind in kinds.items()
    }
    of_model = {
        name: value
        for name, value in flags.items()
        if name not in ServerOptions.model_fields and name not in of_plugins
    }
    if file is None:
        return Configuration(server, plugins, (_single(catalog, of_model),))
    if of_model:
        typed = ", ".join("--" + name.replace("_", "-") for name in of_model)
        raise MlxsError(f"{typed}: write a model's options into {file} under models:, or leave out --config")
    models = tuple(_named(catalog, entry, file) for entry in said.get("models") or ())
    if not models:
        raise MlxsError(f"{file} lists no models; add some under models:, each with a model_path")
    return Configuration(server, plugins, models)


def _single(catalog: Catalog, flags: Mapping[str, Any]) -> tuple[str, ModelOptions]:
    model_type, kind = chosen(catalog, flags)
    options = settle(kind, {**flags, "model_type": model_type})
    if options.model_path is not None:
        return name_of(options), options
    if (default := default_model(catalog)) is None:
        raise MlxsError("no model is named: add --model-path DIRECTORY or --model-path ORGANISATION/REPOSITORY")
    path = str(default.path())
    return options.served_model_name or default.name, options.model_copy(update={"model_path": path})


def _named(catalog: Catalog, entry: Any, file: Path) -> tuple[str, ModelOptions]:
    if not isinstance(entry, Mapping) or not entry.get("model_path"):
        raise MlxsError(f"{file}: each of models: needs a model_path")
    try:
        model_type, kind = chosen(catalog, entry, environment=False)
        options = settle(kind, {}, {**entry, "model_type": model_type}, environment=False)
    except MlxsError as error:
        raise MlxsError(f"{file}, {entry['model_path']}: {error}") from None
    return name_of(options), options


def name_of(options: ModelOptions) -> str:
    """What clients call a model: its served name, else its path."""
    return options.served_model_name or str(options.model_path)


def _read(file: Path) -> dict[str, Any]:
    try:
        said = yaml.safe_load(file.read_text())
    except OSError as error:
        raise MlxsError(f"{file} cannot be read: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise MlxsError(f"{file} is no YAML: {error}") from None
    unknown = set(said or ()) - {"server", "models"} if isinstance(said, Mapping) else {"?"}
    if unknown:
        raise MlxsError(f"{file} must have server: and models: at the top, and nothing else")
    return dict(said)
