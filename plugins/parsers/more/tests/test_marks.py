"""Which parser a chat template asks for."""

from __future__ import annotations

import pytest

from mlxs.catalog import Catalog
from mlxs.choice import by_marks
from mlxs.plugins import Plugins

LONGCAT = "<longcat_tool_call>f{% if k %}<longcat_arg_key>k</longcat_arg_key><longcat_arg_value></longcat_arg_value>"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    plugins = Plugins()
    plugins.discover()
    return Catalog(plugins)


@pytest.mark.parametrize(
    ("template", "calls", "thoughts"),
    [
        (LONGCAT + "<longcat_think>", "longcat_flash_lite", "longcat"),
        (LONGCAT.partition("{%")[0], "longcat", "none"),
        ('{% set begin = "<seed:tool_call>" %}{% set think = "<seed:think>" %}<function=', "seed_oss", "seed_oss"),
        ("<zyphra_tool_call>\n<function=f>\n<think>", "zaya", "zaya"),
        ("<function name=f><param name={{ key }}></param></function><think>", "minicpm5", "minicpm5"),
        ("<TOOLCALL>[{{ calls }}]</TOOLCALL><think>", "nemotron_nano_v2", "nemotron_nano_v2"),
        ("<ifm|tool_calls>{{ calls }}<ifm|think_fast>", "k2_horizon", "k2_horizon"),
        ("<steptml:invoke name={{ name }}><think>", "step3", "step3"),
    ],
)
def test_auto(catalog: Catalog, template: str, calls: str, thoughts: str) -> None:
    assert by_marks(catalog.tool_parsers, "auto", template).name == calls
    assert by_marks(catalog.reasoning_parsers, "auto", template).name == thoughts
