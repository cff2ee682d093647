"""The official OpenAI SDK in all its dialects, on the model that is built in: `mlxs launch`, and whole conversations.

`test_demo.py` has the chat itself; these are its relatives.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from launched import launch
from pydantic import BaseModel

CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
WEATHER: dict[str, Any] = {"name": "get_weather", "description": "Get the weather.", "parameters": CITY}
QUESTION = "What is the weather in Paris?"
RESULT = '{"temperature": 18, "condition": "sunny"}'


class Sky(BaseModel):
    sunny: bool


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with launch() as served:
        yield served.url


@pytest.fixture(scope="module")
def client(url: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=url + "/v1", api_key="none", max_retries=0)


@pytest.fixture(scope="module")
def azure(url: str) -> openai.AzureOpenAI:
    return openai.AzureOpenAI(azure_endpoint=url, api_key="none", api_version="2024-10-21", max_retries=0)


def test_chat_parsed_into_a_model(client: openai.OpenAI) -> None:
    asked: Any = {"model": "demo", "messages": [{"role": "user", "content": "Is it sunny?"}], "response_format": Sky}
    assert isinstance(client.chat.completions.parse(**asked).choices[0].message.parsed, Sky)
    with client.chat.completions.stream(**asked) as stream:
        assert isinstance(stream.get_final_completion().choices[0].message.parsed, Sky)


def test_chat_parsed_into_a_tool(client: openai.OpenAI) -> None:
    tool: Any = {"type": "function", "function": {**WEATHER, "strict": True}}
    message: Any = {"role": "user", "content": QUESTION}
    answer = client.chat.completions.parse(model="demo", messages=[message], tools=[tool], tool_choice="required")
    (call,) = answer.choices[0].message.tool_calls or ()
    assert call.function.parsed_arguments == {"city": "Paris"}


def test_completions(client: openai.OpenAI) -> None:
    asked: Any = {"model": "demo", "prompt": "Once upon", "max_tokens": 6, "temperature": 0}
    whole = client.completions.create(**asked)
    assert "".join(chunk.choices[0].text for chunk in client.completions.create(**asked, stream=True)) == (
        whole.choices[0].text
    )
    assert client.completions.create(**asked, echo=True).choices[0].text == "Once upon" + whole.choices[0].text


def test_responses(client: openai.OpenAI) -> None:
    asked: Any = {"model": "demo", "input": "Hello!", "temperature": 0}
    first = client.responses.create(**asked)
    assert first.status == "completed" and first.output_text
    with client.responses.stream(**asked) as stream:
        numbers = [event.sequence_number for event in stream]
        assert stream.get_final_response().output_text == first.output_text
    assert numbers == list(range(len(numbers)))


def test_a_response_calls_a_tool_and_is_told_its_result(client: openai.OpenAI) -> None:
    asked: Any = {"model": "demo", "temperature": 0, "tools": [{"type": "function", "strict": False, **WEATHER}]}
    first = client.responses.create(**asked, input=QUESTION)
    (call,) = (item for item in first.output if item.type == "function_call")
    assert json.loads(call.arguments) == {"city": "Paris"}
    told: Any = [{"type": "function_call_output", "call_id": call.call_id, "output": RESULT}]
    assert "Paris" in client.responses.create(**asked, input=told, previous_response_id=first.id).output_text


def test_a_response_parsed_into_a_model(client: openai.OpenAI) -> None:
    answer = client.responses.parse(model="demo", input="Is it sunny?", text_format=Sky)
    assert isinstance(answer.output_parsed, Sky)


def test_a_conversation(client: openai.OpenAI) -> None:
    conversation = client.conversations.create(metadata={"of": "birds"})
    client.responses.create(model="demo", input="Hello!", conversation=conversation.id)
    roles = [getattr(item, "role", item.type) for item in client.conversations.items.list(conversation.id, order="asc")]
    assert roles[0] == "user" and roles[-1] == "assistant"
    assert client.conversations.delete(conversation.id).deleted


def test_azure(azure: openai.AzureOpenAI) -> None:
    message: Any = {"role": "user", "content": "Hello!"}
    assert azure.chat.completions.create(model="demo", messages=[message]).choices[0].message.content
    chunks = azure.chat.completions.create(model="demo", messages=[message], stream=True)
    assert any(chunk.choices and chunk.choices[0].delta.content for chunk in chunks)
    assert azure.completions.create(model="demo", prompt="Once", max_tokens=2).choices[0].text
    assert azure.responses.create(model="demo", input="Hello!").output_text
    with pytest.raises(openai.NotFoundError):
        azure.chat.completions.create(model="nobody", messages=[message])


def test_asynchronously(url: str) -> None:
    async def ask() -> list[str | None]:
        async with openai.AsyncOpenAI(base_url=url + "/v1", api_key="none", max_retries=0) as client:
            message: Any = {"role": "user", "content": "Hello!"}
            asked: Any = {"model": "demo", "messages": [message], "temperature": 0}
            answers = await asyncio.gather(*(client.chat.completions.create(**asked) for _ in range(4)))
            return [answer.choices[0].message.content for answer in answers]

    first, *others = asyncio.run(ask())
    assert first and others == [first] * 3
