"""How a served model is spoken with: by marks, by what its checkpoint declares, by what its template writes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import mlxs_demo
from mlxs.testing.serving import Served, serving

TEMPLATE = """\
{%- for message in messages %}{{- '<|im_start|>' + message.role + '\\n' }}
{%- if message.reasoning_content %}{{- '<acme_thought>' + message.reasoning_content + '</acme_thought>\\n' }}
{%- endif %}
{{- message.content or '' }}
{%- for call in message.tool_calls or [] %}{%- set function = call.function %}
{{- '<acme_call>' + ({'do': function.name, 'with': function.arguments} | tojson) + '</acme_call>' }}{%- endfor %}
{{- '<|im_end|>\\n' }}{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"""
DECLARED = {
    "version": 1,
    "start_anchor": "<|im_start|>assistant\n",
    "fields": {
        "thinking": {"open": "<think>", "close": "</think>"},
        "content": {},
        "tool_calls": {
            "open_pattern": r"<call to=(?P<name>\w+)>\s*",
            "close": "</call>",
            "repeats": True,
            "content": "json",
            "transform": {"type": "function", "function": {"name": "{name}", "arguments": "{content}"}},
        },
    },
}
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"enum": ["Paris", "Rome"]}, "days": {"type": "integer", "maximum": 9}},
            "required": ["city", "days"],
            "additionalProperties": False,
        },
    },
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo model as it is, with a template of our own, and with a declaration."""
    place = tmp_path_factory.mktemp("models")
    template = place / "acme.jinja"
    template.write_text(TEMPLATE)
    declaring = place / "declaring"
    shutil.copytree(mlxs_demo.directory(), declaring)
    config = declaring / "tokenizer_config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "response_template": DECLARED}))
    refused = place / "refused"
    shutil.copytree(declaring, refused)
    config = refused / "tokenizer_config.json"
    config.write_text(config.read_text().replace('"</call>"', '""'))

    def model(path: Path, **options: Any) -> dict[str, Any]:
        return {"model_type": "lm", "model_path": str(path), "context_length": 1024, **options}

    models = {
        "demo": model(mlxs_demo.directory()),
        "acme": model(mlxs_demo.directory(), chat_template_file=template),
        "declaring": model(declaring),
        "refused": model(refused),
    }
    with serving(models) as served:
        yield served


def chosen(served: Served, model: str) -> dict[str, Any]:
    said: dict[str, Any] = httpx.get(f"{served.url}/v1/models/{model}/parser").json()
    return said


def ask(served: Served, model: str, **asked: Any) -> Any:
    body = {"model": model, "messages": [{"role": "user", "content": "How is Paris?"}], "seed": 1, **asked}
    answer = httpx.post(f"{served.url}/v1/chat/completions", json=body, timeout=120)
    assert answer.status_code == 200, answer.text
    return answer.json()["choices"][0]


def test_marks_win_over_probes(served: Served) -> None:
    assert served.app.pool.find("demo").info.probes, "the demo's template would tell as well"
    said = chosen(served, "demo")
    assert said["tool_call_parser"]["name"] == "qwen3"
    assert "the chat template has" in said["tool_call_parser"]["why"]


def test_a_template_that_nobody_knows(served: Served) -> None:
    said = chosen(served, "acme")
    assert said["tool_call_parser"] == {
        "name": "inferred",
        "summary": "<acme_call>{...}</acme_call>",
        "why": "inferred from the chat template: <acme_call>{...}</acme_call>",
    }
    assert said["reasoning_parser"]["why"] == "inferred from the chat template: <acme_thought>...</acme_thought>"
    assert said["message_converter"]["name"] == "arguments_as_objects"


def test_what_the_checkpoint_declares(served: Served) -> None:
    said = chosen(served, "declaring")
    for kind in ("tool_call_parser", "reasoning_parser"):
        assert (said[kind]["name"], said[kind]["why"]) == ("declared", "the checkpoint declares it")


def test_a_declaration_that_cannot_be_followed(served: Served) -> None:
    said = chosen(served, "refused")["tool_call_parser"]
    assert said["name"] == "qwen3"
    assert said["why"].endswith('its response_template cannot be followed: its field tool_calls has "" for close')


@pytest.mark.parametrize("model", ["acme", "declaring"])
def test_a_call_can_be_demanded(served: Served, model: str) -> None:
    """The model never saw the format: what makes it write that, and what reads it, is made for it."""
    asked = {"tools": [WEATHER], "tool_choice": "required", "parallel_tool_calls": False}
    choice = ask(served, model, **asked, thinking_budget=32)  # nor does it know how its thoughts end
    assert choice["finish_reason"] == "tool_calls" and not choice["message"].get("content")
    (call,) = choice["message"]["tool_calls"]
    assert call["function"]["name"] == "get_weather"
    arguments = json.loads(call["function"]["arguments"])
    assert arguments["city"] in ("Paris", "Rome") and arguments["days"] <= 9


def test_the_demo_s_thoughts_are_read_as_declared(served: Served) -> None:
    ours, known = (
        ask(served, model, temperature=0, enable_thinking=True, max_tokens=80)["message"]
        for model in ("declaring", "demo")
    )
    assert known.get("reasoning_content") or known.get("reasoning")
    assert ours == known
