"""Which server, with which models: from flags, the environment and a YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mlxs.catalog import Catalog
from mlxs.errors import MlxsError
from mlxs.options import ModelOptions, Options, ServerOptions, settle
from mlxs.specs import attribute


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


def options_type(catalog: Catalog, model_type: str) -> type[ModelOptions]:
    """The options of a kind of model. Raises CatalogError where no plugin has that kind."""
    kind: type[ModelOptions] = attribute(catalog.backends.find(model_type).options)
    return kind


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
    options = settle(options_type(catalog, flags.get("model_type", "lm")), flags)
    if options.model_path is not None:
        return name_of(options), options
    default = next((spec for spec in catalog.models if spec.default), None)
    if default is None:
        raise MlxsError("no model is named: add --model-path DIRECTORY or --model-path ORGANISATION/REPOSITORY")
    path = str(default.path())
    return options.served_model_name or default.name, options.model_copy(update={"model_path": path})


def _named(catalog: Catalog, entry: Any, file: Path) -> tuple[str, ModelOptions]:
    if not isinstance(entry, Mapping) or not entry.get("model_path"):
        raise MlxsError(f"{file}: each of models: needs a model_path")
    try:
        options = settle(options_type(catalog, entry.get("model_type", "lm")), {}, entry, environment=False)
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
