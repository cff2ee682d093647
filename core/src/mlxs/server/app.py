"""What surfaces and hooks are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version

from ..catalog import Catalog
from ..models import Pool
from ..options import Options, ServerOptions
from ..stores import Store


@dataclass
class App:
    """Everything there is.

    Args:
        catalog: What is installed.
        pool: What is served.
        server: How.
        options: Those that plugins added to the server's, by the name of their spec.
        store: Where conversations outlive the server, open while it runs; None where nothing is kept.
        version: Of mlxs.
    """

    catalog: Catalog
    pool: Pool
    server: ServerOptions
    options: Mapping[str, Options] = field(default_factory=dict)
    store: Store | None = None
    version: str = field(default_factory=lambda: version("mlxs-core"))
