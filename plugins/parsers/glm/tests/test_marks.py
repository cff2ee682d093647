"""Which parser a chat template asks for, however its author spelt it."""

from __future__ import annotations

import pytest

from mlxs.catalog import Catalog
from mlxs.choice import by_marks
from mlxs.plugins import Plugins

ON_LINES = r"{{- '\n<arg_key>' + k + '</arg_key>\n<arg_value>' + v + '</arg_value>' }}"
EXPLAINED = """<tool_call>{name}
<arg_key>{key}</arg_key>
<arg_value>{value}</arg_value>
</tool_call>"""
TIGHT = (
    "{{ '<tool_call>' + name }}{% for k, v in a %}<arg_key>{{ k }}</arg_key><arg_value>{{ v }}</arg_value>{% endfor %}"
)
IQUEST = "<iquest_tool_call>{{ name }}<arg_key>{{ k }}</arg_key><arg_value>{{ v }}</arg_value></iquest_tool_call>"
OTHERS = ("<arg_name>", "<tool_call>{{ call }}</tool_call>")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    plugins = Plugins(only=["mlxs-glm"])
    plugins.discover()
    return Catalog(plugins)


@pytest.mark.parametrize(
    ("template", "name"),
    [(ON_LINES, "glm4_moe"), (EXPLAINED, "glm4_moe"), (TIGHT, "glm47"), (IQUEST, "iquest_q1")],
)
def test_calls(catalog: Catalog, template: str, name: str) -> None:
    assert by_marks(catalog.tool_parsers, "auto", template).name == name
    assert by_marks(catalog.reasoning_parsers, "auto", template + "<think>").name == name


@pytest.mark.parametrize("template", OTHERS)
def test_others(catalog: Catalog, template: str) -> None:
    assert by_marks(catalog.tool_parsers, "auto", template).spec is None
