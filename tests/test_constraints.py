"""What may be said: tool choice and formats are kept to, with thinking and without, beside free requests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest
from launched import Launched, launch


def tool(name: str, **properties: Any) -> Any:
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"type": "function", "function": {"name": name, "parameters": schema}}


WEATHER = tool("get_weather", city={"type": "string", "maxLength": 12}, days={"type": "integer", "maximum": 9})
SEND = tool("send", to={"enum": ["Ada", "Bob"]})
SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "integer", "minimum": 0, "maximum": 99}, "b": {"enum": ["x", "y"]}},
    "required": ["a", "b"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def server() -> Iterator[Launched]:
    with launch() as launched:
        yield launched


@pytest.fixture(scope="module")
def client(server: Launched) -> openai.OpenAI:
    return openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0)


def ask(client: openai.OpenAI, *, think: bool = False, extra: Any = None, **asked: Any) -> Any:
    body: Any = {"model": "demo", "messages": [{"role": "user", "content": "Tell me about Paris."}], "seed": 1, **asked}
    return client.chat.completions.create(**body, extra_body={"enable_thinking": think, **(extra or {})}).choices[0]


def calls(choice: Any) -> list[tuple[str, Any]]:
    return [(call.function.name, json.loads(call.function.arguments)) for call in choice.message.tool_calls or ()]


@pytest.mark.parametrize("think", [False, True])
@pytest.mark.parametrize("temperature", [0, 1.8])
def test_required_means_a_call(client: openai.OpenAI, think: bool, temperature: float) -> None:
    asked = {
        "tools": [WEATHER, SEND],
        "tool_choice": "required",
        "temperature": temperature,
        "parallel_tool_calls": False,
    }
    choice = ask(client, think=think, **asked)
    assert choice.finish_reason == "tool_calls"
    ((name, arguments),) = calls(choice)
    assert set(arguments) == ({"city", "days"} if name == "get_weather" else {"to"})
    assert not choice.message.content


@pytest.mark.parametrize("think", [False, True])
def test_a_named_function_is_the_one_called(client: openai.OpenAI, think: bool) -> None:
    named = {"type": "function", "function": {"name": "send"}}
    choice = ask(client, think=think, tools=[WEATHER, SEND], tool_choice=named, temperature=1.8)
    assert {name for name, _ in calls(choice)} == {"send"}
    assert all(arguments["to"] in ("Ada", "Bob") for _, arguments in calls(choice))


def test_allowed_tools_are_the_only_ones_called(client: openai.OpenAI) -> None:
    allowed = {"mode": "required", "tools": [{"type": "function", "function": {"name": "send"}}]}
    choice = ask(client, tools=[WEATHER, SEND], tool_choice={"type": "allowed_tools", "allowed_tools": allowed})
    assert {name for name, _ in calls(choice)} == {"send"}


def test_strict_tools_are_called_as_their_schema_says(client: openai.OpenAI) -> None:
    strict = json.loads(json.dumps(SEND))
    strict["function"]["strict"] = True
    question = [{"role": "user", "content": "What is the weather in Paris?"}]
    for seed in range(4):
        choice = ask(client, tools=[strict], messages=question, seed=seed)
        assert all(arguments["to"] in ("Ada", "Bob") for _, arguments in calls(choice))


@pytest.mark.parametrize("think", [False, True])
@pytest.mark.parametrize("temperature", [0, 1.8])
def test_json_schema(client: openai.OpenAI, think: bool, temperature: float) -> None:
    schema = {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": SCHEMA}}
    choice = ask(client, think=think, response_format=schema, temperature=temperature)
    said = json.loads(choice.message.content)
    assert 0 <= said["a"] <= 99 and said["b"] in "xy"
    assert bool(getattr(choice.message, "reasoning", None)) == think


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ({"guided_choice": ["yes", "no"]}, "yes|no"),
        ({"guided_regex": "[a-c]{3}-[0-9]{2}"}, "[a-c]{3}-[0-9]{2}"),
        ({"guided_json": {"const": 7}}, "7"),
        ({"structured_outputs": {"grammar": 'start: "x" /[0-9]{2}/'}}, "x[0-9]{2}"),
        ({"structured_outputs": {"choice": ["a/b", 'c"d']}}, 'a/b|c"d'),
    ],
)
def test_what_vllm_calls_structured_outputs(client: openai.OpenAI, extra: Any, expected: str) -> None:
    assert re.fullmatch(expected, ask(client, extra=extra).message.content)


def test_free_requests_beside_constrained_ones_say_what_they_say_alone(client: openai.OpenAI) -> None:
    def free(n: int) -> Any:
        message = [{"role": "user", "content": f"Count to {n}."}]
        return ask(client, messages=message, temperature=0, max_tokens=40, seed=None).message.content

    alone = [free(n) for n in range(4)]
    with ThreadPoolExecutor(8) as threads:
        kept = [threads.submit(ask, client, extra={"guided_regex": "[ab]{20}"}) for _ in range(4)]
        assert list(threads.map(free, range(4))) == alone
    assert all(re.fullmatch("[ab]{20}", each.result().message.content) for each in kept)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"response_format": {"type": "json_schema", "json_schema": {"schema": {"not": {}}}}}, "not"),
        ({"response_format": {"type": "json_schema", "json_schema": {"schema": {"type": "strin"}}}}, "strin"),
        (
            {"extra": {"guided_json": {"type": "integer", "minimum": 5, "maximum": 3}}},
            r"minimum \(5\) is greater than maximum \(3\)",
        ),
        ({"extra": {"guided_regex": "(?=x)"}}, "look-ahead"),
        ({"extra": {"guided_regex": "("}}, "guided"),
        ({"extra": {"guided_grammar": "start: %%%"}}, "lexer error"),
        ({"extra": {"guided_choice": []}}, "empty"),
        ({"extra": {"guided_choice": ["a"], "guided_regex": "b"}}, "several formats"),
        ({"tools": [SEND], "tool_choice": {"type": "function", "function": {"name": "nobody"}}}, "nobody"),
        ({"tool_choice": "required"}, "no tools"),
        ({"tools": [SEND], "tool_choice": "sometimes"}, "tool_choice must be"),
    ],
)
def test_what_cannot_be_kept_to_is_refused(client: openai.OpenAI, asked: Any, said: str) -> None:
    with pytest.raises(openai.BadRequestError, match=said):
        ask(client, **asked)
