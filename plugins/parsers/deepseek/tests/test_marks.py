"""Which parsers a chat template asks for."""

from __future__ import annotations

import pytest

from mlxs.catalog import Catalog
from mlxs.choice import by_marks
from mlxs.plugins import Plugins

V3 = r"""{{'<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>' + tool['type'] + '<｜tool▁sep｜>' + name + '\n```json\n'}}
{{'<｜tool▁call▁end｜>'}}{% if add_generation_prompt %}{{'<｜Assistant｜>'}}{% endif %}"""
R1 = V3 + r"{{'<｜Assistant｜><think>\n'}}"
V31 = """{{'<｜tool▁call▁begin｜>'+ tool['function']['name'] + '<｜tool▁sep｜>' + tool['function']['arguments']}}
{%- if thinking %}{{'<think>'}}{% else %}{{'<｜Assistant｜></think>'}}{% endif %}"""
V32 = """{%- set dsml_token = "｜DSML｜" -%}{%- set thinking_start_token = "<think>" -%}
<{{ dsml_token }}function_calls><{{ dsml_token }}invoke name="{{ name }}">"""
V4 = """{%- set dsml_token = "｜DSML｜" -%}<think>
<{{ dsml_token }}tool_calls><{{ dsml_token }}invoke name="{{ name }}">"""
V41 = """{{ '<｜DSML｜ calls>' }}{{ '<｜DSML｜ invoke name="' + name }}</think>"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    plugins = Plugins()
    plugins.discover()
    return Catalog(plugins)


@pytest.mark.parametrize(
    ("template", "calls"),
    [
        (V3, "deepseek_v3"),
        (R1, "deepseek_v3"),
        (V31, "deepseek_v31"),
        (V32, "deepseek_v32"),
        (V4, "deepseek_v4"),
        (V41, "deepseek_v41"),
    ],
)
def test_calls(catalog: Catalog, template: str, calls: str) -> None:
    assert by_marks(catalog.tool_parsers, "auto", template).name == calls


@pytest.mark.parametrize(
    ("template", "thoughts"), [(V3, "none"), (R1, "deepseek_v3"), (V31, "deepseek_v3"), (V32, "deepseek_v3")]
)
def test_thoughts(catalog: Catalog, template: str, thoughts: str) -> None:
    assert by_marks(catalog.reasoning_parsers, "auto", template).name == thoughts
