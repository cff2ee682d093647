"""What backends an environment has, as JSON: `python -m mlxs.worker.describe`, run there by `mlxs.elsewhere`."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from typing import Any

from ..catalog import Catalog, lacking
from ..plugins import Offer, Plugins


def main() -> None:
    out, sys.stdout = sys.stdout, sys.stderr  # what a plugin prints is no part of it
    plugins = Plugins.from_environment()
    backends = [_described(offer) for offer in Catalog(plugins).backends.offers]
    trouble = {plugin.name: plugin.trouble for plugin in plugins.found if plugin.trouble}
    json.dump({"version": version("mlxs-core"), "backends": backends, "trouble": trouble}, out)


def _described(offer: Offer) -> dict[str, Any]:
    spec: Any = offer.spec
    said = {
        "distribution": offer.plugin.name,
        "version": offer.plugin.version,
        "lacks": lacking(offer),
        "spec": {
            "name": spec.name,
            "target": spec.target,
            "summary": spec.summary,
            "aliases": spec.aliases,
            "capabilities": spec.capabilities,
            "options": spec.options,
            "recognises": spec.recognises,
        },
    }
    try:
        options = spec.options_type()
        return {**said, "schema": options.model_json_schema(), "renamed": options.all_renamed()}
    except Exception as error:
        return {**said, "lacks": f"{spec.options} cannot be loaded: {type(error).__name__}: {error}"}


if __name__ == "__main__":
    main()
