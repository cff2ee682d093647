"""Which parser a chat template asks for, however its author spelt it."""

from __future__ import annotations

import pytest

from mlxs.catalog import Catalog
from mlxs.choice import by_marks, converter
from mlxs.plugins import Plugins

JSON = r"""{%- if tools %}{{- '# Tools\n' + tools | tojson }}{% endif %}
{%- for call in calls %}{{- '<tool_call>\n{"name": "' + call.name + '", "arguments": ' }}{{ call.arguments }}
{{- '}\n</tool_call>' }}{% endfor %}{% if add_generation_prompt %}{{- '<think>\n' }}{% endif %}"""
ESCAPED = r"""{{- "Say\n<tool_call>\n{\"name\": <name>, \"arguments\": <object>}\n</tool_call>" }}"""
DOUBLED = r"""{{- "Say\n<tool_call>\n{{\"name\": <name>, \"arguments\": <object>}}\n</tool_call>" }}"""
BROKEN_LINE = """{% raw %}Say
<tool_call>
{"name": <name>}
</tool_call>{% endraw %}"""
APART = """{{- 'Use <tool_call></tool_call> tags, so:
' }}{{- '<tool_call>
' }}{{- '{"name": <name>}
</tool_call>' }}"""
PARAMETERS = r"""{{- "Say\n\n<tool_call>\n<function=its_name>\n<parameter=one>\n1\n</parameter>\n</function>" }}
{{- 'in <tool_call></tool_call>' }}"""
PARAMETERS_BROKEN_LINE = """Say
<tool_call>
<function=its_name>
</function>
</tool_call>, in <tool_call></tool_call>"""
OTHERS = (
    "<tool_call>{name}\n<arg_key>{key}</arg_key>\n<arg_value>{value}</arg_value>\n</tool_call>",
    r"{{ '<other:tool_call>\n<function=' + name }}",
    "{{ message.content }}",
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    plugins = Plugins(only=["mlxs-qwen", "mlxs-messages"])
    plugins.discover()
    return Catalog(plugins)


@pytest.mark.parametrize("template", [JSON, ESCAPED, DOUBLED, BROKEN_LINE, APART])
def test_json(catalog: Catalog, template: str) -> None:
    choice = by_marks(catalog.tool_parsers, "auto", template)
    assert choice.name == "qwen3"
    assert converter(catalog.converters, "auto", choice.spec).name == "arguments_as_objects"


@pytest.mark.parametrize("template", [PARAMETERS, PARAMETERS_BROKEN_LINE])
def test_parameters(catalog: Catalog, template: str) -> None:
    assert by_marks(catalog.tool_parsers, "auto", template).name == "qwen3_coder"


def test_white_space_that_is_kept(catalog: Catalog) -> None:
    template = "<tool_call>\n<function=example_function_name>\n<parameter=example_parameter_1>value_1</parameter>"
    assert by_marks(catalog.tool_parsers, "auto", template).name == "mimo"
    assert by_marks(catalog.tool_parsers, "auto", template.replace("\n", r"\n")).name == "mimo"
    assert by_marks(catalog.tool_parsers, "auto", template.replace("value_1", "\nvalue_1\n")).name == "qwen3_coder"


@pytest.mark.parametrize("template", OTHERS)
def test_others(catalog: Catalog, template: str) -> None:
    assert by_marks(catalog.tool_parsers, "auto", template).spec is None


def test_thoughts(catalog: Catalog) -> None:
    assert by_marks(catalog.reasoning_parsers, "auto", JSON).name == "qwen3"
    assert by_marks(catalog.reasoning_parsers, "auto", ESCAPED).spec is None


XML = {"qwen3_5", "qwen3_coder", "nemotron_v3", "step3p5", "minicpmv"}
OPENED = {"qwen3_5", "nemotron_v3", "step3p5"}


@pytest.mark.parametrize("name", sorted({"qwen3", "qwen3_moe", "qwen3_next", "qwen3_vl", "hermes", "qwq"} | XML))
def test_names_that_users_bring_along(catalog: Catalog, name: str) -> None:
    assert catalog.tool_parsers.find(name).name == ("qwen3_coder" if name in XML else "qwen3")
    if name == "qwen3_coder":
        assert name not in catalog.reasoning_parsers, "Qwen3-Coder does not think"
    else:
        assert catalog.reasoning_parsers.find(name).name == ("qwen3_5" if name in OPENED else "qwen3")
