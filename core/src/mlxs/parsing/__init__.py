"""From text to meaning: read an answer once, from beginning to end, as it comes."""

from .parser import Chain, Parser, ReasoningParser, ToolParser, read, walk
from .scanner import Into, Scanner, Script

__all__ = ["Chain", "Into", "Parser", "ReasoningParser", "Scanner", "Script", "ToolParser", "read", "walk"]
