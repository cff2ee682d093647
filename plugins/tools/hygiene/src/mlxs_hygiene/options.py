"""One flag."""

from __future__ import annotations

from pydantic import Field

from mlxs.options import Options


class HygieneOptions(Options):
    """How prompts are cleaned."""

    prompt_hygiene: bool = Field(
        True, description="Take out of agents' prompts what changes with each request, so that the prompt cache hits."
    )
