"""Parsers that a checkpoint declares in its `tokenizer_config.json`, as transformers' `chat_parsing` has them."""

from .parser import Declared, declare
from .regex import Unsupported

__all__ = ["Declared", "Unsupported", "declare"]
