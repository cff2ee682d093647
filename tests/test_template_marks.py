"""Which parsers a chat template asks for, with all of the house installed: no family's marks fire for another's."""

from __future__ import annotations

from functools import cache

import pytest

from mlxs.catalog import Catalog
from mlxs.choice import by_marks
from mlxs.plugins import Plugins

TEMPLATES = {
    "cohere_command4": "<|START_OF_TURN_TOKEN|>{% if tools %}<|START_ACTION|>{% endif %}<|START_THINKING|>",
    "functionary": "{{ '>>>all\\n' + message['content'] }}{{ '>>>' + call.function.name }}",
    "functionary_v31": '{{- "reply so: <function=example_function_name>{\\"example_name\\": 1}</function>" }}',
    "functiongemma": "{{ '<start_function_call>call:' + name + '{' }}{{ '<escape>' + value + '<escape>' }}",
    "gemma4": "{{- '<|channel>thought\\n' + thought }}{{- '<|tool_call>call:' + function['name'] + '{' -}}",
    "granite": "{{ 'respond only with <|tool_call|> followed by a JSON list of tools used.' }}",
    "granite_20b_fc": "{{- '<function_call> ' + {'name': name}|tojson }}",
    "harmony": '{{- "<|channel|>analysis<|message|>" + thinking }}{{ "<|channel|>commentary json" }}',
    "internlm": '{{- "<|action_start|><|plugin|>\\n" }}',
    "lfm2": '{{- "<|tool_call_start|>[" + (calls | join(", ")) + "]<|tool_call_end|>" -}}',
    "llama3_json": '{{- \'Respond in the format {"name": function name, "parameters": dictionary of argument name and '
    "its value}.' }}",
    "mistral": '{{- "[TOOL_CALLS]" + name + "[ARGS]" }}{{ "[THINK]" + thought + "[/THINK]" }}',
    "olmo3": '{{- "in tags:\\n<function_calls>\\nf(a=1)\\n</function_calls>" }}',
    "phi4_mini_json": 'formatted as functools[{"name": [function name], "arguments": [as JSON]}, ...]',
    "pythonic": "put it in the format of [func_name1(params_name1=params_value1, params_name2=...)]",
    "apertus": "{%- set tool_calls_token = '<|tools_prefix|>' -%}{%- set inner_token = '<|inner_prefix|>' -%}",
    "xlam": "When using tools, make calls in a single JSON array: [...]",
}
THOUGHTS = {"cohere_command4", "gemma4", "harmony", "mistral", "apertus", "internlm"}


@cache
def catalog() -> Catalog:
    plugins = Plugins()
    plugins.discover()
    return Catalog(plugins)


@pytest.mark.parametrize("name", TEMPLATES)
def test_template(name: str) -> None:
    template = TEMPLATES[name]
    assert by_marks(catalog().tool_parsers, "auto", template).name == name
    thoughts = by_marks(catalog().reasoning_parsers, "auto", template).spec
    assert (thoughts.name if thoughts else None) == (name if name in THOUGHTS else None)
