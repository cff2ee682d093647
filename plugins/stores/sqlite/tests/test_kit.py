"""What the published kit asks of every store."""

from __future__ import annotations

from mlxs.testing import StoreKit


class TestSqlite(StoreKit):
    store = "sqlite"
