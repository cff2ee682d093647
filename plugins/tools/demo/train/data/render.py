"""Conversations as text: through the chat template that is shipped, and none other."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import jinja2.sandbox

from .samples import Sample

TEMPLATE = Path(__file__).parents[1] / "chat_template.jinja"


def prompt(sample: Sample) -> str:
    """What the model reads before it answers."""
    return _template().render(
        messages=sample.messages,
        tools=[{"type": "function", "function": tool} for tool in sample.tools] or None,
        add_generation_prompt=True,
        **({"enable_thinking": False} if sample.mode == "off" else {}),
    )


@cache
def _template() -> jinja2.Template:
    # As transformers renders templates.
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
    return environment.from_string(TEMPLATE.read_text())
