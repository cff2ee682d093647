"""A backend for models that turn text into text: all but the arithmetic.

The author supplies a tokenizer (`encode`, `decoder`, `render`) and `generate`; for continuous
batching see `mlxs.batching`. Templates, the generation prompt, stop strings, limits, usage and
logprobs are done here, once.
"""

from __future__ import annotations

from .backend import TextBackend
from .budget import Budget
from .decoder import Decoder
from .job import SHOWN, Job, Nearest, Prompt, Token

__all__ = ["SHOWN", "Budget", "Decoder", "Job", "Nearest", "Prompt", "TextBackend", "Token"]
