"""The published kit: what plugins of each kind must do, as tests to subclass, and what such tests need.

Needs `mlxs-core[testing]`. A kit is imported when it is first asked for, and only that one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .backends import BackendKit
    from .laws import Sample
    from .parsers import ReasoningParserKit, ToolParserKit
    from .stores import StoreKit
    from .surfaces import SurfaceKit

__all__ = ["BackendKit", "ReasoningParserKit", "Sample", "StoreKit", "SurfaceKit", "ToolParserKit"]

_HOMES = {
    "BackendKit": "backends",
    "ReasoningParserKit": "parsers",
    "Sample": "laws",
    "StoreKit": "stores",
    "SurfaceKit": "surfaces",
    "ToolParserKit": "parsers",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
