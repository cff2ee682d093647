"""The main job, on the model that is built in: `mlxs launch`, and the official OpenAI SDK."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import openai
import psutil
import pytest
from launched import Launched, launch

WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
QUESTION: Any = {"role": "user", "content": "What is the weather in Paris?"}


@pytest.fixture(scope="module")
def server() -> Iterator[Launched]:
    with launch() as launched:
        yield launched


@pytest.fixture(scope="module")
def client(server: Launched) -> openai.OpenAI:
    return openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0)


def test_the_banner_says_what_a_person_wants_to_know(server: Launched) -> None:
    for said in ("demo", "built in", "chat, completion", "2048 tokens", "qwen3 (the chat template has", server.url):
        assert said in server.banner


def test_the_curl_line_works(server: Launched) -> None:
    line = server.banner[server.banner.index("try: ") + 5 :].splitlines()[0]
    assert json.loads(os.popen(f"{line} --silent").read())["choices"][0]["message"]["content"]


def test_streaming_chat(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model="demo",
        messages=[{"role": "user", "content": "Hello!"}],
        temperature=0,
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    assert "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices).strip()
    assert chunks[-1].usage and chunks[-1].usage.completion_tokens


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_call_its_result_and_a_sentence(client: openai.OpenAI, stream: bool) -> None:
    asked: Any = {"model": "demo", "temperature": 0, "tools": [WEATHER], "extra_body": {"enable_thinking": False}}
    if stream:
        with client.chat.completions.stream(**asked, messages=[QUESTION]) as events:
            completion: Any = events.get_final_completion()
    else:
        completion = client.chat.completions.create(**asked, messages=[QUESTION])
    (choice,) = completion.choices
    assert choice.finish_reason == "tool_calls"
    (call,) = choice.message.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "Paris"})
    result = {"role": "tool", "tool_call_id": call.id, "content": '{"temperature": 21, "condition": "sunny"}'}
    history = [QUESTION, choice.message.model_dump(exclude_none=True), result]
    told = client.chat.completions.create(**asked, messages=history).choices[0]
    assert told.finish_reason == "stop"
    assert told.message.content and "21" in told.message.content


def test_thoughts_have_a_field_of_their_own(client: openai.OpenAI) -> None:
    asked: Any = {"model": "demo", "temperature": 0, "tools": [WEATHER], "messages": [QUESTION]}
    message: Any = client.chat.completions.create(**asked, extra_body={"enable_thinking": True}).choices[0].message
    assert "get_weather" in message.reasoning_content
    assert message.reasoning == message.reasoning_content
    assert "think>" not in (message.content or "") + message.reasoning_content
    assert message.tool_calls


def test_eight_streams_at_once_each_say_what_they_say_alone(client: openai.OpenAI) -> None:
    questions = [f"Say {word} twice." for word in ["red", "green", "blue", "black", "white", "grey", "pink", "gold"]]

    def ask(question: str) -> str:
        stream = client.chat.completions.create(
            model="demo", messages=[{"role": "user", "content": question}], temperature=0, max_tokens=60, stream=True
        )
        deltas: list[Any] = [choice.delta for chunk in stream for choice in chunk.choices]
        return "".join((delta.content or "") + (getattr(delta, "reasoning", None) or "") for delta in deltas)

    alone = [ask(question) for question in questions]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, questions)) == alone


def test_one_seed_is_one_answer_whatever_shares_the_batch(client: openai.OpenAI) -> None:
    def ask(seed: int) -> str | None:
        message = {"role": "user", "content": "Sing of seven whales"}  # of what it knows, it is too sure
        asked: Any = {"model": "demo", "messages": [message], "temperature": 2}
        return client.chat.completions.create(**asked, seed=seed, max_tokens=40).choices[0].message.content

    alone = [ask(seed) for seed in range(6)]
    assert len(set(alone)) > 1
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(ask, range(6))) == alone


def test_the_second_turn_finds_the_first_in_the_cache(client: openai.OpenAI) -> None:
    first: Any = {"role": "user", "content": "Hello! My name is Ada and I like long walks by the sea in the evening."}
    asked: Any = {"model": "demo", "temperature": 0, "extra_body": {"enable_thinking": False}}
    answer = client.chat.completions.create(**asked, messages=[first])
    again: Any = [first, {"role": "assistant", "content": answer.choices[0].message.content}, QUESTION]
    usage = client.chat.completions.create(**asked, messages=again).usage
    assert answer.usage and usage and usage.prompt_tokens_details
    assert usage.prompt_tokens_details.cached_tokens >= answer.usage.prompt_tokens - 8


def test_several_choices_and_logprobs(client: openai.OpenAI) -> None:
    asked: Any = {"model": "demo", "messages": [{"role": "user", "content": "Hello!"}], "max_tokens": 5}
    choices = client.chat.completions.create(**asked, n=3, seed=1, logprobs=True, top_logprobs=2).choices
    assert [choice.index for choice in choices] == [0, 1, 2]
    for choice in choices:
        assert choice.logprobs and choice.logprobs.content
        assert all(len(token.top_logprobs) == 2 and token.logprob <= 0 for token in choice.logprobs.content)


def test_a_stop_string_ends_the_answer(client: openai.OpenAI) -> None:
    asked: Any = {"model": "demo", "messages": [{"role": "user", "content": "Hello!"}], "temperature": 0}
    asked["extra_body"] = {"enable_thinking": False}
    whole = client.chat.completions.create(**asked).choices[0].message.content
    assert whole
    stop = whole[3:6]
    cut = client.chat.completions.create(**asked, stop=stop).choices[0]
    assert (cut.message.content, cut.finish_reason) == (whole[: whole.index(stop)], "stop")


def test_kill_9_of_the_model(server: Launched, client: openai.OpenAI) -> None:
    asked: Any = {"model": "demo", "messages": [QUESTION], "temperature": 1.9, "max_tokens": 1900}
    asked["extra_body"] = {"top_k": 0, "logit_bias": {"2": -100, "0": -100}}  # it must not end by itself
    failures: list[Exception] = []
    begun = threading.Barrier(4)

    def victim() -> None:
        try:
            stream = client.chat.completions.create(**asked, stream=True)
            for number, _ in enumerate(stream):
                if number == 1:
                    begun.wait(60)
        except openai.APIError as error:
            failures.append(error)

    threads = [threading.Thread(target=victim) for _ in range(3)]
    for thread in threads:
        thread.start()
    begun.wait(60)
    _model(server).kill()
    for thread in threads:
        thread.join(60)
    assert len(failures) == 3
    assert all("SIGKILL" in str(failure) for failure in failures)
    assert client.chat.completions.create(model="demo", messages=[QUESTION]).choices
    assert server.process.poll() is None


def test_a_client_that_leaves_frees_its_place(server: Launched) -> None:
    body = {"messages": [QUESTION], "max_tokens": 1900, "stream": True, "temperature": 1.9, "top_k": 0}
    body["logit_bias"] = {"2": -100, "0": -100}
    with httpx.stream("POST", server.url + "/v1/chat/completions", json=body, timeout=60) as answer:
        for number, _ in enumerate(answer.iter_lines()):
            if number > 3:
                break
    model, deadline = _model(server), time.monotonic() + 30
    while model.cpu_percent(0.3) > 20:
        assert time.monotonic() < deadline, "the model goes on for a client that has left"


def _model(server: Launched) -> psutil.Process:
    (model,) = psutil.Process(server.process.pid).children()
    return model


def test_ctrl_c_lets_answers_end_and_a_second_one_does_not() -> None:
    body = {
        "messages": [QUESTION],
        "max_tokens": 300,
        "temperature": 1.9,
        "top_k": 0,
        "logit_bias": {"2": -100, "0": -100},
    }
    with launch() as server, ThreadPoolExecutor(1) as threads:
        answer = threads.submit(httpx.post, server.url + "/v1/chat/completions", json=body, timeout=60)
        time.sleep(0.3)
        server.process.send_signal(signal.SIGINT)
        assert answer.result().json()["usage"]["completion_tokens"] == 300
        assert server.process.wait(30) == 0
    with launch() as server, ThreadPoolExecutor(1) as threads:
        endless = {**body, "max_tokens": 1900}
        answer = threads.submit(httpx.post, server.url + "/v1/chat/completions", json=endless, timeout=60)
        time.sleep(0.3)
        server.process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        server.process.send_signal(signal.SIGINT)
        server.process.wait(10)


@pytest.mark.parametrize("path", ["/nowhere/at/all", "."])
def test_a_path_that_is_no_model(path: str, tmp_path: Path) -> None:
    with (
        pytest.raises(AssertionError, match="ended with status 1"),
        launch("--model-path", path if path != "." else str(tmp_path)),
    ):
        pass
