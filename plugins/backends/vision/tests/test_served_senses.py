"""Sounds, films, thoughts, tool calls and company, served, and used through the SDK of OpenAI."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from openai import BadRequestError, OpenAI
from tiny_networks import TEMPLATE

from mlxs.testing.serving import serving

THINKING = TEMPLATE.replace("assistant\\n'", "assistant\\n<think>\\n'")
SETTINGS = {"temperature": 0, "max_tokens": 12}
SCHEMA = {"type": "object", "properties": {"seen": {"type": "boolean"}}, "required": ["seen"]}
SCHEMA["additionalProperties"] = False


@pytest.fixture(scope="module")
def client(model, tmp_path_factory):
    template = tmp_path_factory.mktemp("template") / "thinking.jinja"
    template.write_text(THINKING)
    sees = {"model_type": "vlm", "model_path": str(model())}
    models = {
        "sees": sees,
        "thinks": {**sees, "chat_template_file": str(template)},
        "hears": {"model_type": "multimodal", "model_path": str(model("gemma4"))},
    }
    with serving(models) as served, OpenAI(base_url=f"{served.url}/v1", api_key="none", max_retries=0) as client:
        yield client


def ask(client: OpenAI, name: str, *content: Any, **more: Any) -> Any:
    messages = [{"role": "user", "content": list(content)}]
    return client.chat.completions.create(model=name, messages=messages, **{**SETTINGS, **more})


def text(said):
    return {"type": "text", "text": said}


@pytest.fixture
def image(noise, files):
    return lambda n=1: {"type": "image_url", "image_url": {"url": files.uri(files.png(noise(n)))}}


@pytest.fixture
def film(files):
    return lambda n: {"type": "video_url", "video_url": {"url": files.uri(files.film(n), "video/mp4")}}


@pytest.fixture
def sound(files):
    return lambda pitch, seconds=0.5: {
        "type": "input_audio",
        "input_audio": {"data": files.wav(pitch, seconds), "format": "wav"},
    }


def told(answer):
    """What tells answers apart whose text is the same."""
    return [(said.token, round(said.logprob, 3)) for said in answer.choices[0].logprobs.content]


def test_sounds_are_heard_and_films_are_seen(client, image, film, sound):
    shown = [[sound(300)], [sound(2000)], [sound(300), image()], [film(4)], [film(8)], []]
    answers = [ask(client, "hears", *what, text("what?"), logprobs=True) for what in shown]
    assert len({str(told(answer)) for answer in answers}) == len(shown)
    assert answers[0].usage.prompt_tokens > answers[-1].usage.prompt_tokens
    with ask(client, "hears", *shown[2], text("what?"), stream=True) as stream:
        pieces = [chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices]
    assert "".join(pieces) == answers[2].choices[0].message.content


@pytest.mark.parametrize(
    ("name", "part", "said"),
    [
        ("hears", {"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}, "is empty"),
        ("hears", {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}, "cannot be read as sound"),
        ("sees", {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}, "takes no sounds"),
        ("sees", {"type": "video_url", "video_url": {"url": "data:video/mp4;base64,AAAA"}}, "cannot be read as a film"),
        ("sees", {"type": "video_url", "video_url": {"url": "http://127.0.0.1:9/a.mp4"}}, "is a private address"),
        ("sees", {"type": "image_url", "image_url": {"url": "ftp://example.com/a.png"}}, "neither a data URI"),
        ("sees", {"type": "image_url", "image_url": {"url": "data:,", "detail": "most"}}, "'auto', 'low' or 'high'"),
        ("sees", {"type": "smell", "smell": "rose"}, "'image_url', 'input_audio', 'video_url'"),
    ],
)
def test_what_cannot_be_shown_is_a_400_and_the_next_request_is_answered(client, name, part, said):
    with pytest.raises(BadRequestError, match=said) as raised:
        ask(client, name, text("what?"), part)
    assert raised.value.param.startswith("messages.0.content")
    assert ask(client, name, text("what?")).choices[0].finish_reason


def test_a_sound_of_nothing_is_a_400(client, sound):
    with pytest.raises(BadRequestError, match=r"length of nought|shorter than 0.1 seconds"):
        ask(client, "hears", text("what?"), sound(440, 0.001))
    assert ask(client, "hears", sound(440, 0.1), text("what?")).choices


def test_each_keeps_its_own_sampling_in_company(client, image, film):
    asked: list[tuple[list[Any], dict[str, Any]]] = [
        ([text("what is it?"), image(1)], {}),
        ([text("what is it?"), image(1)], {"temperature": 1.5, "seed": 1}),
        ([text("what is it?"), image(1)], {"temperature": 1.5, "seed": 2, "top_p": 0.8}),
        ([text("and these?"), image(2), image(1)], {"frequency_penalty": 1.5, "max_tokens": 30}),
        ([film(6), text("what happens?")], {"logit_bias": {"65": 100}}),
        ([text("no pictures")], {"temperature": 1.0, "seed": 3, "presence_penalty": 1.0}),
        ([text("no pictures")], {"stop": ["a", "e"]}),
        ([image(3)], {"response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": SCHEMA}}}),
    ]

    def said(one):
        content, more = one
        return ask(client, "sees", *content, **more).choices[0].message.content

    alone = [said(one) for one in asked]
    assert len(set(alone)) == len(alone)
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(said, asked * 2)) == alone * 2


def test_tools_are_called_for_pictures(client, image):
    tools = [{"type": "function", "function": {"name": "tell", "parameters": SCHEMA, "strict": True}}]
    choice = {"type": "function", "function": {"name": "tell"}}
    more = {"tools": tools, "tool_choice": choice, "max_tokens": 60}
    answer = ask(client, "sees", image(), text("what?"), **more).choices[0]
    (call,) = answer.message.tool_calls
    assert answer.finish_reason == "tool_calls" and call.function.name == "tell"
    assert isinstance(json.loads(call.function.arguments)["seen"], bool)


def test_thoughts_about_pictures_keep_to_their_budget(client, image):
    asked = image(), text("what?")
    free = ask(client, "thinks", *asked, max_tokens=30).choices[0].message
    assert free.reasoning_content and not free.content
    bounded = ask(client, "thinks", *asked, max_tokens=30, extra_body={"thinking_budget": 4}).choices[0].message
    assert free.reasoning_content.startswith(bounded.reasoning_content) and bounded.content
