"""Which parsers a chat template asks for."""

from __future__ import annotations

import pytest

from mlxs.catalog import Catalog
from mlxs.choice import by_marks
from mlxs.plugins import Plugins

K2 = """{%- if tools -%}<|im_system|>tool_declare<|im_middle|>{{ tools | tojson }}<|im_end|>{%- endif -%}
<|im_assistant|>{{ role_name }}<|im_middle|><think>{{ rc }}</think><|tool_calls_section_begin|>
<|tool_call_begin|>{{ formatted_id }}<|tool_call_argument_begin|>{{ arguments }}<|tool_call_end|>"""
K3 = """{%- macro open_tag(tag, attrs=[]) -%}{{- '<|open|>' + tag -}}{{- '<|sep|>' -}}{%- endmacro -%}
{{- open_tag('think') -}}{{- open_tag('call', [('tool', fn.name), ('index', loop.index)]) -}}"""
VL = """<|im_assistant|>assistant<|im_middle|>◁think▷"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    plugins = Plugins()
    plugins.discover()
    return Catalog(plugins)


@pytest.mark.parametrize(("template", "calls", "thoughts"), [(K2, "kimi_k2", "kimi_k2"), (K3, "kimi_k3", "kimi_k3")])
def test_calls_and_thoughts(catalog: Catalog, template: str, calls: str, thoughts: str) -> None:
    assert by_marks(catalog.tool_parsers, "auto", template).name == calls
    assert by_marks(catalog.reasoning_parsers, "auto", template).name == thoughts


def test_thoughts_of_their_own(catalog: Catalog) -> None:
    assert by_marks(catalog.reasoning_parsers, "auto", VL).name == "kimi"
