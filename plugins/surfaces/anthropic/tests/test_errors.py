"""What is refused, and as what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anthropic
import httpx
import pytest
from anthropic.types import ErrorResponse

from mlxs.testing.serving import Served, serving

USER = {"role": "user", "content": "hi"}


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(api_key="secret", max_body_size=10_000) as served:
        yield served


@pytest.fixture(scope="module")
def client(served: Served) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=served.url, api_key="secret", max_retries=0)


def said_by(client: anthropic.Anthropic, **more: Any) -> str:
    asked: Any = {"model": "scripted", "max_tokens": 9, "messages": [USER]}
    with pytest.raises(anthropic.BadRequestError) as error:
        client.messages.create(**{**asked, **more})
    told = ErrorResponse.model_validate(error.value.body, strict=True)
    assert told.error.type == "invalid_request_error"
    assert error.value.request_id == told.request_id
    return told.error.message


PDF = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"}}
FILE = {"type": "image", "source": {"type": "file", "file_id": "file_1"}}
TEXT = {"type": "text", "media_type": "text/plain", "data": "words"}
CITED = {"type": "document", "source": TEXT, "citations": {"enabled": True}}
RESULT = {"type": "tool_result", "tool_use_id": "t"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"messages": []}, "messages is empty"),
        ({"messages": [USER, {"role": "assistant", "content": "Well, "}]}, "prefill"),
        ({"messages": [{"role": "user", "content": [PDF]}]}, "messages.0.content.0: PDF"),
        ({"messages": [USER, {"role": "user", "content": [FILE]}]}, "messages.1.content.0: this server keeps no files"),
        ({"messages": [{"role": "assistant", "content": [RESULT]}, USER]}, "role 'user'"),
        ({"messages": [{"role": "user", "content": [{"type": "server_tool_use"}]}]}, "server_tool_use"),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "web_search_20250305"),
        ({"tools": [{"name": "f"}]}, "tools.0.input_schema is missing"),
        ({"tools": [{"name": "f", "input_schema": {"type": 1}}]}, "tools.0.input_schema is no valid JSON Schema"),
        ({"tool_choice": {"type": "any"}}, "there are no tools"),
        ({"tool_choice": {"type": "tool"}}, "tool_choice.name is missing"),
        ({"max_tokens": 0}, "max_tokens must be 1 or more"),
        ({"extra_body": {"max_tokens": "9"}}, "max_tokens"),
        ({"stop_sequences": [1]}, "stop_sequences"),
        ({"thinking": {"type": "enabled", "budget_tokens": -1}}, "thinking.budget_tokens"),
        ({"output_config": {"format": {"type": "json_schema", "schema": {"type": 1}}}}, "output_config.format.schema"),
        ({"extra_body": {"mcp_servers": [{"name": "x"}]}}, "mcp_servers"),
        ({"extra_body": {"container": "c"}}, "container"),
        ({"extra_body": {"thread": {"id": "t"}}}, "thread"),
        ({"messages": [{"role": "user", "content": [CITED]}]}, "messages.0.content.0.citations"),
        ({"extra_body": {"temperature": -1}}, "temperature"),
    ],
)
def test_bad_requests_say_what_is_wrong(client: anthropic.Anthropic, asked: Any, said: str) -> None:
    assert said in said_by(client, **asked)
    assert client.messages.create(model="scripted", max_tokens=9, messages=[USER]).content  # type: ignore[list-item]


def test_max_tokens_is_required(served: Served) -> None:
    answer = httpx.post(served.url + "/v1/messages", json={"messages": [USER]}, headers={"x-api-key": "secret"})
    assert answer.status_code == 400
    assert "max_tokens" in answer.json()["error"]["message"]


def test_no_such_model(client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.NotFoundError) as error:
        client.messages.create(model="claude", max_tokens=9, messages=[USER])  # type: ignore[list-item]
    assert error.value.type == "not_found_error"


def test_errors_that_are_no_route_s_are_in_the_dialect_of_their_path(served: Served) -> None:
    key = {"x-api-key": "secret"}
    messages = served.url + "/v1/messages"
    told = [
        httpx.post(messages, json={}),
        httpx.post(messages, content=b"x" * 20_000, headers=key),
        httpx.get(messages + "/batches", headers=key),
        httpx.get(messages, headers=key),
    ]
    kinds = [(answer.status_code, answer.json()["error"]["type"]) for answer in told]
    assert kinds == [
        (401, "authentication_error"),
        (413, "request_too_large"),
        (404, "not_found_error"),
        (405, "invalid_request_error"),
    ]
    assert all(answer.json()["request_id"] == answer.headers["request-id"] for answer in told)
    assert "param" in httpx.get(served.url + "/v1/messages_of_others", headers=key).json()["error"]


def test_the_key_in_either_header(served: Served, client: anthropic.Anthropic) -> None:
    bearer = anthropic.Anthropic(base_url=served.url, api_key=None, auth_token="secret", max_retries=0)
    for each in (client, bearer):
        assert each.messages.count_tokens(model="scripted", messages=[USER]).input_tokens == 1  # type: ignore[list-item]
    with pytest.raises(anthropic.AuthenticationError):
        anthropic.Anthropic(base_url=served.url, api_key="wrong", max_retries=0).models.list()
