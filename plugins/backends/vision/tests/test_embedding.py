"""Vectors of texts and pictures: means of states, the same in company, beside answers that they leave alone."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np
import pytest
from mlx_vlm import load
from mlx_vlm.utils import VideoMetadata, prepare_inputs
from tiny_vectors import Asked, vectors

from mlxs.errors import BadRequest
from mlxs.requests import AudioPart, ImagePart, Message, TextPart, VideoPart
from mlxs.tasks.embedding import EmbeddingRequest
from mlxs_vision import trial
from mlxs_vision.media import media, parts_of

KINDS = ["qwen3_vl", "qwen2_5_vl", "qwen3_5", "gemma3", "gemma4"]
TEXTS = ("a", "def parse_args(self, args=None):", "usage", "if an option string is not unique, an error is raised " * 3)


@pytest.fixture
def shown(noise, files):
    """`shown("what?", 1, 2)`: an input of words, and of pictures by their numbers."""

    def part(said: str | int) -> Any:
        return TextPart(text=said) if isinstance(said, str) else ImagePart(url=files.uri(files.png(noise(said))))

    return lambda *said: tuple(map(part, said))


def expected(path, text: str, pictures: list[Any], **shown: Any) -> tuple[np.ndarray, int]:
    """The same from mlx-vlm's own reading of the whole prompt: its layers, called without its head."""
    model, processor = load(str(path))
    inputs = prepare_inputs(processor, images=pictures or None, prompts=text, **shown)
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


@pytest.mark.parametrize(
    ("kind", "sense"), [("gemma4", "sound"), ("gemma4", "film"), ("qwen3_vl", "film"), ("qwen2_5_vl", "film")]
)
def test_sounds_and_films_have_vectors(open_loop, model, files, shown, kind, sense):
    def given(n: int) -> Any:
        if sense == "sound":
            return (*shown("what?"), AudioPart(data=files.wav(400 * n)))
        return (*shown("what?"), VideoPart(url=files.uri(files.film(4 * n), "video/mp4")))

    loop = open_loop(kind)
    one, other = given(1), given(2)
    found = vectors(loop, one, "usage", other)
    seen = media(parts_of(Message(role="user", content=one), "input.0"), rate=16_000, options=loop.backend.options)
    (what,) = (each.what for each in (*seen.sounds, *seen.films))
    told_of = {"audio": [what]} if sense == "sound" else {"videos": [what.frames], "video_metadata": metadata(what)}
    assert found[0] == pytest.approx(expected(model(kind), told(loop, one), [], **told_of)[0], abs=2e-4)
    assert np.abs(found[0] - found[2]).max() > 1e-3, "what differs has vectors that differ"
    assert vectors(open_loop(kind, prefill_step_size=16), other)[0] == pytest.approx(found[2], abs=1e-4)


def metadata(film: Any) -> list[VideoMetadata]:
    return [VideoMetadata(len(film.frames), film.fps, list(range(len(film.frames))))]


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
    monkeypatch.setattr(trial, "decodes", lambda language: False)
    assert vectors(open_loop(prefill_step_size=16), *inputs) == pytest.approx(whole, abs=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_answers_beside_it_are_what_they_are_alone(open_loop, chat, noise, shown, kind):
    loop = open_loop(kind, prefill_step_size=16, prompt_cache_size=0)
    inputs = [*TEXTS, shown("what?", 1), shown(3)]
    requests = [chat(["what is it?", noise(1)], max_tokens=24), chat(["def f("], max_tokens=24)]
    alone = [loop.run(request)[0] for request in requests]
    expected = vectors(loop, *inputs)
    beside, asked = [loop.begin(request) for request in requests], Asked(loop, *inputs)
    while asked.step() | any(answer in loop.live for answer in beside):
        loop.step()
    for answer, before in zip(beside, alone, strict=True):
        assert answer.text == before.text
        assert answer.logprobs == [(token, pytest.approx(logprob, abs=1e-4)) for token, logprob in before.logprobs]
    assert asked.rows == pytest.approx(expected, abs=1e-4)


def test_one_that_leaves_holds_up_nobody(loop, chat, noise, shown):
    gone, stays = Asked(loop, shown("what?", 1)), Asked(loop, shown("what?", 2))
    twins = [loop.begin(chat(["what?", noise(4)])) for _ in range(2)]
    loop.step()
    gone.answer.close()
    loop.cancel(twins[1])
    assert np.linalg.norm(stays.finish()) == pytest.approx(1)
    later = loop.begin(chat(["what?", noise(5)]))
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
