"""How language models are decoded on MLX: what the backends that talk have in common."""

from __future__ import annotations

import os

os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # nobody misses PyTorch here
