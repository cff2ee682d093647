"""The Responses API: answers as lists of items, kept so that later requests can build on them.

https://platform.openai.com/docs/api-reference/responses
"""

from __future__ import annotations

from .routes import mount

__all__ = ["mount"]
