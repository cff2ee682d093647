"""A few prompts that the model passes, asked through a server; how often it is right is for the evaluation to say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from launched import launch


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with launch() as served:
        yield served.url


def tool(name: str, about: str, **arguments: str) -> dict[str, Any]:
    properties = {argument: {"type": kind} for argument, kind in arguments.items()}
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "description": about, "parameters": parameters}}


WEATHER = tool("get_weather", "Get the weather.", city="string")
MESSAGE = tool("send_message", "Send a message to a person.", recipient="string", text="string")
TIMER = tool("set_timer", "Start a timer.", minutes="integer")


def ask(url: str, *said: str | dict[str, Any], tools: tuple[dict[str, Any], ...] = (), thinks: bool = False) -> Any:
    messages = [{"role": "user", "content": each} if isinstance(each, str) else each for each in said]
    body: dict[str, Any] = {"messages": messages, "temperature": 0, "enable_thinking": thinks}
    body |= {"tools": list(tools)} if tools else {}
    answer = httpx.post(f"{url}/v1/chat/completions", json=body, timeout=60)
    return answer.raise_for_status().json()["choices"][0]["message"]


def calls(message: Any) -> list[tuple[str, Any]]:
    functions = [call["function"] for call in message.get("tool_calls") or []]
    return [(function["name"], json.loads(function["arguments"])) for function in functions]


@pytest.mark.parametrize("thinks", [True, False])
def test_it_calls_the_tool_that_fits(url: str, thinks: bool) -> None:
    tools = (MESSAGE, WEATHER, TIMER)
    asked = "What is the weather in Paris?"
    assert calls(ask(url, asked, tools=tools, thinks=thinks)) == [("get_weather", {"city": "Paris"})]
    asked = "Set a timer for 7 minutes."
    assert calls(ask(url, asked, tools=tools, thinks=thinks)) == [("set_timer", {"minutes": 7})]


def test_it_calls_twice_in_one_answer(url: str) -> None:
    made = calls(ask(url, "What is the weather in Paris and Rome?", tools=(WEATHER,)))
    assert made == [("get_weather", {"city": "Paris"}), ("get_weather", {"city": "Rome"})]


def test_it_tells_what_a_tool_returned(url: str) -> None:
    call = {"id": "a", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Paris"}'}}
    turns = {"role": "assistant", "content": None, "tool_calls": [call]}, {"role": "tool", "tool_call_id": "a"}
    found = {**turns[1], "content": '{"temperature": 21, "condition": "sunny"}'}
    told = ask(url, "What is the weather in Paris?", turns[0], found, tools=(WEATHER,))
    assert told["content"] == "In Paris, the temperature is 21 and the condition is sunny."


def test_it_calls_nothing_where_nothing_fits(url: str) -> None:
    message = ask(url, "What is the weather in Paris?", tools=(TIMER,))
    assert not message.get("tool_calls")
    assert message["content"] == "I have no tool for that."


def test_it_thinks_unless_told_not_to(url: str) -> None:
    assert "get_weather" in ask(url, "What is the weather in Oslo?", tools=(WEATHER,), thinks=True)["reasoning_content"]
    silent = ask(url, "What is the weather in Oslo? /no_think", tools=(WEATHER,), thinks=True)
    assert not (silent.get("reasoning_content") or "").strip()
    assert calls(silent) == [("get_weather", {"city": "Oslo"})]


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("What is the capital of France?", "Paris"),
        ("How do I install mlxs?", "pip install"),
        ("How do I start the server?", "mlxs launch"),
        ("How do I use another model?", "--model-path"),
        ("How do I list the plugins?", "mlxs plugins"),
        ("How do I write a plugin?", "docs/hooks.md"),
        ("Where is the cache?", "HF_HOME"),
    ],
)
def test_it_answers_what_a_newcomer_asks(url: str, question: str, part: str) -> None:
    assert part in ask(url, question)["content"]
