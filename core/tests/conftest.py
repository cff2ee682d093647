"""Fixtures of the core's tests."""

from mlxs.testing.install import install

__all__ = ["install"]
