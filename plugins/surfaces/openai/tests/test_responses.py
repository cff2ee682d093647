"""Responses, on a model that says what it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from openai.types.responses import CompactedResponse, InputTokenCountResponse
from pydantic import BaseModel

from mlxs.testing.scripted import Script
from mlxs.testing.serving import Served, serving
from mlxs.testing.surfaces import events_of
from mlxs_openai.responses.sealed import seal

Strict = Callable[..., None]

CALL = '<tool_call>\n{"name": "buy", "arguments": {"what": "an umbrella"}}\n</tool_call>'
BUY = {"type": "function", "name": "buy", "parameters": {"type": "object", "properties": {}}}
FIND = {"type": "tool_search", "execution": "client", "parameters": {"type": "object", "properties": {}}}
PATCH = {
    "type": "custom",
    "name": "patch",
    "format": {"type": "grammar", "syntax": "regex", "definition": "[a-z]+"},
}
AGENTS = {"type": "namespace", "name": "agents", "description": "Helpers.", "tools": [{**BUY, "name": "spawn"}]}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    state: Path = tmp_path_factory.mktemp("state")
    with serving({"m": {"tool_call_parser": "qwen3", "reasoning_parser": "qwen3"}}, state_dir=state) as served:
        yield served


@pytest.fixture
def client(served: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=served.url + "/v1", api_key="none", max_retries=0)


def ask(served: Served, input: object, **body: Any) -> httpx.Response:
    input = str(input) if isinstance(input, Script) else input
    return httpx.post(served.url + "/v1/responses", json={"input": input, **body}, timeout=30)


def called(name: str, arguments: str = "{}") -> str:
    return f'<tool_call>\n{{"name": "{name}", "arguments": {arguments}}}\n</tool_call>'


def refusal(answer: httpx.Response) -> str:
    assert answer.status_code == 400, answer.text
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
    message: str = answer.json()["error"]["message"]
    return message


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"reasoning": {"effort": "low", "summary": "auto"}, "include": ["reasoning.encrypted_content"]},
        {"reasoning": {"summary": "none"}},
        {"include": ["message.output_text.logprobs"], "top_logprobs": 2},
        {"tools": [BUY, PATCH, AGENTS, FIND], "tool_choice": "auto", "metadata": {"a": "b"}, "store": False},
        {"text": {"format": {"type": "text"}, "verbosity": "low"}, "max_output_tokens": 64, "truncation": "auto"},
    ],
)
def test_bodies_and_events_are_what_the_sdk_expects(
    served: Served, strict: Strict, strict_events: Strict, more: dict[str, Any]
) -> None:
    calls = [CALL, called("patch", '{"input": "abc"}'), called("agents__spawn"), called("tool_search", '{"q": 1}')]
    script = Script(say=["<think>", "hm</think>", "Hi ", *(calls if "tools" in more else ())])
    strict(ask(served, script, **more).json())
    strict_events(events_of(ask(served, script, stream=True, **more)))


def test_a_cut_answer_is_incomplete(served: Served, strict: Strict, strict_events: Strict) -> None:
    script = Script(say=["and so"], reason="length")
    body = ask(served, script).json()
    strict(body)
    assert body["status"] == body["output"][0]["status"] == "incomplete"
    assert body["incomplete_details"] == {"reason": "max_output_tokens"}
    events = events_of(ask(served, script, stream=True))
    strict_events(events)
    assert events[-1]["type"] == "response.incomplete"


def test_a_failure_is_an_event_of_its_own(served: Served, strict_events: Strict) -> None:
    events = events_of(ask(served, Script(say=["a", "b"], pause=0.02, raise_at=1), stream=True))
    strict_events(events)
    assert events[-1]["response"]["status"] == "failed"


def test_the_sdk_streams_and_adds_up(client: openai.OpenAI) -> None:
    script = str(Script(say=["<think>hm</think>", "Hi ", CALL]))
    with client.responses.stream(model="m", input=script, tools=[BUY]) as stream:  # type: ignore[list-item]
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        final = stream.get_final_response()
    assert text == final.output_text == "Hi"
    assert [item.type for item in final.output] == ["reasoning", "message", "function_call"]


def test_thoughts_are_a_summary_unless_it_is_declined(served: Served) -> None:
    script = Script(say=["<think>h", "m</think>", "Hi"])
    summed = events_of(ask(served, script, stream=True))
    assert summed[-1]["response"]["output"][0]["summary"] == [{"type": "summary_text", "text": "hm"}]
    kinds = {event["type"] for event in summed if "reasoning" in event["type"]}
    parts, texts = "response.reasoning_summary_part", "response.reasoning_summary_text"
    assert kinds == {f"{parts}.added", f"{texts}.delta", f"{texts}.done", f"{parts}.done"}
    plain = events_of(ask(served, script, stream=True, reasoning={"summary": "none"}))
    assert plain[-1]["response"]["output"][0]["content"] == [{"type": "reasoning_text", "text": "hm"}]
    assert plain[-1]["response"]["output"][0]["summary"] == []
    kinds = {event["type"] for event in plain if "reasoning" in event["type"]}
    assert kinds == {"response.reasoning_text.delta", "response.reasoning_text.done"}


def test_the_sdk_parses(client: openai.OpenAI) -> None:
    class Bird(BaseModel):
        name: str

    script = str(Script(say=['{"name":', ' "wren"}']))
    parsed = client.responses.parse(model="m", input=script, text_format=Bird)
    assert parsed.output_parsed == Bird(name="wren")
    assert parsed.text and parsed.text.format and parsed.text.format.type == "json_schema"


def test_tools_go_round(client: openai.OpenAI) -> None:
    tools: Any = [BUY, PATCH, AGENTS, FIND]
    said = str(Script(say=[CALL, called("patch", '{"input": "abc"}'), called("agents__spawn"), called("tool_search")]))
    first = client.responses.create(model="m", input=said, tools=tools)
    buy, patch, spawn, search = first.output
    assert buy.type == "function_call" and buy.arguments == '{"what": "an umbrella"}' and buy.namespace is None
    assert patch.type == "custom_tool_call" and patch.input == "abc"
    assert spawn.type == "function_call" and (spawn.namespace, spawn.name) == ("agents", "spawn")
    assert search.type == "tool_search_call" and search.execution == "client"
    found = {"type": "function", "name": "mail", "parameters": {"type": "object", "properties": {}}}
    outputs: Any = [
        {"type": "function_call_output", "call_id": buy.call_id, "output": "bought"},
        {"type": "custom_tool_call_output", "call_id": patch.call_id, "output": "patched"},
        {"type": "function_call_output", "call_id": spawn.call_id, "output": [{"type": "input_text", "text": "ok"}]},
        {"type": "tool_search_output", "call_id": search.call_id, "execution": "client", "tools": [found]},
    ]
    script: Any = [{"role": "user", "content": str(Script(say=[called("mail")]))}]
    second = client.responses.create(model="m", input=outputs + script, tools=tools, previous_response_id=first.id)
    assert second.output[0].type == "function_call" and second.output[0].name == "mail"
    assert [getattr(tool, "name", tool.type) for tool in second.tools][-1] == "mail"


def test_items_come_back_in_any_shape(served: Served) -> None:
    items = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "input_text", "text": "one"}]},
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "two"}]},
        {"type": "reasoning", "summary": [], "encrypted_content": seal({"text": "three"}), "content": None},
        {"type": "reasoning", "summary": [], "encrypted_content": "gAAAAABforeign"},
        {"type": "message", "role": "assistant", "id": "msg_1", "content": [{"type": "output_text", "text": "four"}]},
        {"type": "function_call", "call_id": "c", "name": "buy", "arguments": "", "status": "completed", "id": None},
        {"type": "function_call_output", "call_id": "c", "output": ""},
        {"type": "additional_tools", "role": "developer", "tools": [BUY]},
        {"role": "user", "content": "five six"},
    ]
    body = ask(served, items).json()
    assert body["output"][0]["content"][0]["text"] == "five six "
    assert [tool["name"] for tool in body["tools"]] == ["buy"]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"input": 7}, "input"),
        ({"input": [7]}, "an item must be a JSON object"),
        ({"input": [{"type": "web_search_call"}]}, "items of type 'web_search_call' are not supported"),
        ({"input": [{"type": ["message"]}]}, "not supported"),
        ({"input": [{"role": "wizard", "content": "x"}]}, "input.0"),
        ({"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "f"}]}]}, "input_text"),
        ({"input": [{"role": "user", "content": [{"type": "input_image", "file_id": "f"}]}]}, "image_url"),
        ({"input": [{"type": "item_reference", "id": "msg_gone"}]}, "no item 'msg_gone'"),
        ({"input": [{"type": "compaction", "encrypted_content": "x"}]}, "another server"),
        ({"input": [{"type": "function_call_output", "call_id": "c", "output": "x"}]}, "no call 'c'"),
        ({"tools": [{"type": "web_search"}]}, "'web_search'"),
        ({"tools": [{"type": "local_shell"}]}, "'local_shell'"),
        ({"tools": ["buy"]}, "tools.0"),
        ({"tools": [{"type": "function"}]}, "tools.0"),
        ({"tools": [FIND | {"execution": "server"}]}, "execution 'client'"),
        ({"tools": [BUY, BUY]}, "two of the name 'buy'"),
        ({"tools": [PATCH | {"format": {"type": "grammar"}}]}, "its syntax or its definition"),
        ({"tools": [BUY], "tool_choice": {"type": "file_search"}}, "tool_choice"),
        ({"tools": [BUY], "tool_choice": {"type": "function", "name": "sell"}}, "'sell'"),
        ({"text": {"format": {"type": "json_schema"}}}, "text.format.schema"),
        ({"prompt": {"id": "p"}}, "no templates"),
        ({"context_management": [{"type": "compaction"}]}, "/v1/responses/compact"),
        ({"previous_response_id": "resp_0", "conversation": "conv_0"}, "send one of them"),
        ({"previous_response_id": "resp_0"}, "no response 'resp_0'"),
        ({"background": True, "store": False}, "background needs store"),
        ({"metadata": {"a": 1}}, "metadata"),
        ({"include": ["everything"]}, "include"),
        ({"max_output_tokens": 0}, "max_tokens"),
        ({"top_logprobs": 21}, "top_logprobs"),
        ({"input": None}, "send input"),
    ],
)
def test_what_makes_no_sense_is_refused(served: Served, body: dict[str, Any], complaint: str) -> None:
    assert complaint in refusal(httpx.post(served.url + "/v1/responses", json={"input": "hi", **body}))


def test_a_choice_of_tool_is_kept_to(served: Served) -> None:
    assert ask(served, Script(say=[CALL]), tools=[BUY], tool_choice="none").json()["output"][0]["type"] == "message"
    for choice in (
        {"type": "function", "name": "buy"},
        {"type": "custom", "name": "patch"},
        {"type": "function", "namespace": "agents", "name": "spawn"},
        {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "buy"}]},
    ):
        body = ask(served, "hi", tools=[BUY, PATCH, AGENTS], tool_choice=choice).json()
        assert body["tool_choice"] == choice


def test_what_codex_sends_is_accepted(served: Served, strict_events: Strict) -> None:
    body = {
        "instructions": "You are a coding agent.",
        "input": [
            {"type": "message", "role": "developer", "content": [{"type": "input_text", "text": "<permissions>"}]},
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "run it"}]},
            {"type": "reasoning", "summary": [], "content": None, "encrypted_content": seal({"text": "hm"})},
            {"type": "function_call", "name": "spawn", "namespace": "agents", "arguments": "{}", "call_id": "c1"},
            {"type": "function_call_output", "call_id": "c1", "output": "done"},
        ],
        "tools": [BUY | {"strict": False}, AGENTS, {"type": "web_search", "external_web_access": False}],
        "tool_choice": "auto",
        "parallel_tool_calls": True,
        "reasoning": {"summary": "auto"},
        "store": False,
        "stream": True,
        "include": ["reasoning.encrypted_content"],
        "prompt_cache_key": "01a1fde6",
        "client_metadata": {"turn": "1"},
    }
    answer = httpx.post(served.url + "/v1/responses", json=body)
    events = events_of(answer)
    strict_events(events)
    assert events[-1]["type"] == "response.completed"
    assert [tool["type"] for tool in events[-1]["response"]["tools"]] == ["function", "namespace"]


def test_input_tokens_are_counted(served: Served, strict: Strict) -> None:
    body = {"input": "one two", "instructions": "three", "tools": [BUY]}
    counted = httpx.post(served.url + "/v1/responses/input_tokens", json=body).json()
    strict(counted, InputTokenCountResponse)
    assert counted["input_tokens"] == ask(served, **body).json()["usage"]["input_tokens"] == 3


def test_a_conversation_is_compacted_and_goes_on(client: openai.OpenAI, served: Served, strict: Strict) -> None:
    items = [{"role": "user", "content": "Paint it blue."}, {"role": "assistant", "content": "Painted."}]
    body = {"model": "m", "input": items}
    compacted = httpx.post(served.url + "/v1/responses/compact", json=body).json()
    strict(compacted, CompactedResponse)
    (item,) = compacted["output"]
    answer = client.responses.create(model="m", input=[item])
    assert "Paint it blue." in answer.output_text
    assert "send input" in refusal(httpx.post(served.url + "/v1/responses/compact", json={"model": "m"}))
    assert "model" in refusal(httpx.post(served.url + "/v1/responses/compact", json={"input": "hi"}))
    assert httpx.post(f"{served.url}/openai/deployments/m/responses/compact", json={"input": "hi"}).status_code == 200


def test_old_turns_are_left_out_where_the_client_allows_it() -> None:
    turns: Any = [{"role": "user", "content": f"turn {number} is over"} for number in range(9)]
    items = [{"role": "developer", "content": "Be brief."}, *turns, {"role": "user", "content": "and now"}]
    with serving({"m": {"context_length": 16}}) as served:
        answer = ask(served, items)
        assert answer.status_code == 400 and answer.json()["error"]["code"] == "context_length_exceeded"
        body = ask(served, items, truncation="auto").json()
        assert body["usage"]["input_tokens"] == 8  # of nine old turns eight went, after one, two and four had
        assert ask(served, [{"role": "user", "content": "word " * 20}], truncation="auto").status_code == 400
