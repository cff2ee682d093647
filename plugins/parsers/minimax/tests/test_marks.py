"""Which parsers a chat template asks for."""

from __future__ import annotations

import pytest

from mlxs.catalog import Catalog
from mlxs.choice import by_marks
from mlxs.plugins import Plugins

M2 = """{%- set toolcall_begin_token = '<minimax:tool_call>' -%}{{- '<invoke name="' + tool_call.name + '">' }}
{{- ']~b]ai' ~ '\\n' ~ '<think>' ~ '\\n' }}"""
M3 = """{%- set mark = ']<]minimax[>[' -%}{{ mark }}<tool_call>{{ mark }}<invoke name="{{ name }}"><mm:think>"""


@pytest.mark.parametrize(("template", "name"), [(M2, "minimax_m2"), (M3, "minimax_m3")])
def test_calls_and_thoughts(template: str, name: str) -> None:
    plugins = Plugins()
    plugins.discover()
    catalog = Catalog(plugins)
    assert by_marks(catalog.tool_parsers, "auto", template).name == name
    assert by_marks(catalog.reasoning_parsers, "auto", template).name == name
