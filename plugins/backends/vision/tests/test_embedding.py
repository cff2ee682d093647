"""Vectors of texts and pictures: means of states, the same in company, beside answers that they leave alone."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np
import pytest
from mlx_vlm import load
from mlx_vlm.utils import prepare_inputs
from openai import BadRequestError, OpenAI

from mlxs.errors import BadRequest
from mlxs.requests import AudioPart, ImagePart, TextPart
from mlxs.tasks.embedding import EmbeddingRequest, Vector
from mlxs.testing.serving import serving
from mlxs_vision import backend

KINDS = ["qwen3_vl", "qwen2_5_vl", "gemma3", "gemma4"]
TEXTS = ("a", "def parse_args(self, args=None):", "usage", "if an option string is not unique, an error is raised " * 3)


@pytest.fixture
def shown(noise, files):
    """`shown("what?", 1, 2)`: an input of words, and of pictures by their numbers."""

    def part(said: str | int) -> Any:
        return TextPart(text=said) if isinstance(said, str) else ImagePart(url=files.uri(files.png(noise(said))))

    return lambda *said: tuple(map(part, said))


class Asked:
    """A request for vectors, under way."""

    def __init__(self, loop, *inputs: Any, **asked: Any) -> None:
        prepared = loop.backend.prepare(EmbeddingRequest(inputs=inputs, **asked))
        self.loop, self.answer, self.size = loop, loop.backend.embed(prepared), len(inputs)
        self.told: list[Vector] = []

    def step(self) -> bool:
        """Whether there is more to come."""
        if len(self.told) < self.size:
            self.told += filter(None, [next(self.answer)])
        return len(self.told) < self.size

    @property
    def rows(self) -> np.ndarray:
        return np.array([vector.values for vector in sorted(self.told, key=lambda vector: vector.index)])

    def finish(self) -> np.ndarray:
        self.loop.step()
        while self.step():
            self.loop.step()
        return self.rows


def vectors(loop, *inputs: Any, **asked: Any) -> np.ndarray:
    return Asked(loop, *inputs, **asked).finish()


def expected(path, text: str, pictures: list[Any]) -> tuple[np.ndarray, int]:
    """The same from mlx-vlm's own reading of the whole prompt: its layers, called without its head."""
    model, processor = load(str(path))
    inputs = prepare_inputs(processor, images=pictures or None, prompts=text)
    rest = {name: inputs[name] for name in inputs.keys() - {"input_ids", "pixel_values", "attention_mask"}}
    looked = model.get_input_embeddings(
        inputs["input_ids"], inputs.get("pixel_values"), mask=inputs.get("attention_mask"), **rest
    )
    language, heard = model.language_model, []
    norm = language.model.norm

    class Norm:
        def __call__(self, states: mx.array) -> mx.array:
            heard.append(norm(states))
            return heard[-1]

    language.model.norm = Norm()
    more = {name: value for name, value in looked.to_dict().items() if value is not None}
    language(inputs["input_ids"], **rest, **more)
    mean = np.array(heard[-1][0].astype(mx.float32)).mean(0)
    return mean / np.linalg.norm(mean), inputs["input_ids"].size


def told(loop, given: Any) -> str:
    """The text that an input of parts makes."""
    seen = []
    render, loop.backend.render = loop.backend.render, lambda *said: seen.append(render(*said)) or seen[-1]
    loop.backend.prepare(EmbeddingRequest(inputs=(given,)))
    del loop.backend.render
    return seen[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_vector_is_the_mean_of_the_states_of_the_last_layer(open_loop, model, noise, shown, kind):
    loop = open_loop(kind)
    inputs = [*TEXTS[:2], shown("what is it?", 1), shown(2)]
    asked = Asked(loop, *inputs)
    found = asked.finish()
    sizes = [vector.tokens for vector in sorted(asked.told, key=lambda vector: vector.index)]
    texts = [*TEXTS[:2], told(loop, inputs[2]), told(loop, inputs[3])]
    for row, size, text, pictures in zip(found, sizes, texts, ([], [], [noise(1)], [noise(2)]), strict=True):
        vector, tokens = expected(model(kind), text, pictures)
        assert size == tokens
        assert row == pytest.approx(vector, abs=2e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_company_changes_nothing(open_loop, shown, kind):
    loop = open_loop(kind)
    inputs = [*TEXTS, shown("what?", 1), shown("what?", 2), shown(1, "what?")]
    together = vectors(loop, *inputs)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1)
    assert together == pytest.approx(np.concatenate([vectors(loop, one) for one in inputs]), abs=1e-4)
    assert np.abs(together[4] - together[5]).max() > 1e-3, "pictures that differ have vectors that differ"


@pytest.mark.parametrize("kind", KINDS)
def test_long_inputs_are_read_piece_by_piece(open_loop, shown, kind):
    inputs = [*TEXTS, shown("what is it, " * 4, 1, "or this?", 2)]
    whole = vectors(open_loop(kind), *inputs)
    pieces = vectors(open_loop(kind, prefill_step_size=16, prompt_concurrency=3), *inputs)
    assert pieces == pytest.approx(whole, abs=1e-4)


def test_networks_that_cannot_batch_read_one_by_one(open_loop, shown, monkeypatch):
    inputs = [*TEXTS, shown("what?", 1)]
    whole = vectors(open_loop(), *inputs)
    monkeypatch.setattr(backend, "batches", lambda language: False)
    assert vectors(open_loop(prefill_step_size=16), *inputs) == pytest.approx(whole, abs=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_answers_beside_it_are_what_they_are_alone(open_loop, chat, noise, shown, kind):
    loop = open_loop(kind, prefill_step_size=16, prompt_cache_size=0)
    inputs = [*TEXTS, shown("what?", 1), shown(3)]
    requests = [chat(["what is it?", noise(1)], max_tokens=24), chat(["def f("], max_tokens=24)]
    alone = [loop.run(request)[0] for request in requests]
    expected = vectors(loop, *inputs)
    beside, asked = [loop.ask(request) for request in requests], Asked(loop, *inputs)
    while asked.step() | any(answer in loop.live for answer in beside):
        loop.step()
    for answer, before in zip(beside, alone, strict=True):
        assert answer.text == before.text
        assert answer.logprobs == [(token, pytest.approx(logprob, abs=1e-4)) for token, logprob in before.logprobs]
    assert asked.rows == pytest.approx(expected, abs=1e-4)


def test_one_that_leaves_holds_up_nobody(loop, chat, noise, shown):
    gone, stays = Asked(loop, shown("what?", 1)), Asked(loop, shown("what?", 2))
    twins = [loop.ask(chat(["what?", noise(4)])) for _ in range(2)]
    loop.step()
    gone.answer.close()
    loop.cancel(twins[1])
    assert np.linalg.norm(stays.finish()) == pytest.approx(1)
    later = loop.ask(chat(["what?", noise(5)]))
    for _ in range(60):
        loop.step()
    assert twins[0].done and later.done


def test_words_alone_are_a_text(loop, shown):
    assert vectors(loop, shown("def ", "f(")) == pytest.approx(vectors(loop, "def f("), abs=1e-6)


@pytest.mark.parametrize(
    ("inputs", "asked", "said", "param"),
    [
        (((ImagePart(url="data:image/png;base64,AAAA"),),), {}, "this is no picture", "input.0.0.image_url"),
        (("a", (TextPart(text="a"), ImagePart(url="x.png"))), {}, "neither a data URI", "input.1.1.image_url"),
        (((TextPart(text="a"), AudioPart(data="AAAA", format="wav")),), {}, "takes no sounds", "input.0"),
        (("",), {}, "input.0 has no tokens", "input.0"),
        (("usage " * 1100,), {}, "this model's context is 1024; send less", "input.0"),
        (("a",), {"dimensions": 65}, "can have 1 to 64, not 65", "dimensions"),
        (("a",), {"prompt": "query"}, "this model has no prompts", "prompt_name"),
    ],
)
def test_what_cannot_be_a_vector_is_refused(loop, inputs, asked, said, param):
    with pytest.raises(BadRequest, match=said) as raised:
        vectors(loop, *inputs, **asked)
    assert raised.value.param == param


def test_pictures_count_as_tokens(open_loop, shown):
    with pytest.raises(BadRequest) as raised:
        vectors(open_loop(context_length=16), shown("what?", 1))
    assert raised.value.code == "context_length_exceeded"


def test_marks_that_clients_write_are_not_pictures(loop, shown):
    with pytest.raises(BadRequest, match="stands for what is shown"):
        vectors(loop, shown("<|image_pad|>", 1))


@pytest.fixture(scope="module")
def client(model):
    tiny = {"model_type": "multimodal", "model_path": str(model())}
    with (
        serving({"tiny": tiny}) as served,
        OpenAI(base_url=f"{served.url}/v1", api_key="none", max_retries=0) as client,
    ):
        yield client


def test_the_sdk(client, open_loop, noise, files, shown):
    url = files.uri(files.png(noise(1)))
    ask = client.embeddings.create
    for sent in (url, {"url": url}):
        answer = ask(model="tiny", input="what?", extra_body={"image_url": sent})
        (expected,) = vectors(open_loop(), shown("what?", 1))
        assert answer.data[0].embedding == pytest.approx(expected, abs=1e-4)
        assert answer.usage.prompt_tokens == answer.usage.total_tokens > 12
    picture = ask(model="tiny", input="", extra_body={"image_url": url}, dimensions=8)
    assert np.linalg.norm(picture.data[0].embedding) == pytest.approx(1) and len(picture.data[0].embedding) == 8
    assert len(ask(model="tiny", input=["a", "b"]).data) == 2


@pytest.mark.parametrize(
    ("url", "said", "param"),
    [
        ("data:image/png;base64,AAAA", "this is no picture", "input.0.1.image_url"),
        ("http://127.0.0.1:9/picture.png", "is a private address.*--allow-private-urls", "input.0.1"),
    ],
)
def test_bad_pictures_are_a_400_and_the_next_request_is_answered(client, url, said, param):
    with pytest.raises(BadRequestError, match=said) as raised:
        client.embeddings.create(model="tiny", input="what?", extra_body={"image_url": url})
    assert raised.value.param == param
    assert client.embeddings.create(model="tiny", input="a").data
