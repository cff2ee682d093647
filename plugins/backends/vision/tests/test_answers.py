"""Answers are what mlx-vlm answers to the same prompt by itself, however they come about."""

from __future__ import annotations

from typing import Any

import pytest
from mlx_vlm import load
from mlx_vlm.generate.ar import generate_step
from mlx_vlm.utils import prepare_inputs

from mlxs.errors import BadRequest
from mlxs.requests import AudioPart, CompletionRequest, ImagePart, SamplingParams, VideoPart
from mlxs_vision import trial
from mlxs_vision.language import Language
from mlxs_vision.media import media, parts

KINDS = ("qwen3_vl", "qwen2_5_vl", "qwen3_5", "gemma3", "gemma4", "mllama")
ALONE = ("mllama",)
"""Those that no batch can serve."""


@pytest.fixture(scope="module", params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def network(kind, model):
    return load(str(model(kind)))


@pytest.fixture
def requests(chat, noise):
    return [
        chat([noise(1), "what is it?"]),
        chat([noise(2, 96, 64), "and this, here?"]),
        chat([noise(1), "x", noise(3), "differ?"], "Yes.", ["and", noise(4, 100, 40), "?"]),
        chat("hello, you there"),
    ]


def truth(network: Any, loop: Any, request: Any) -> list[tuple[str, float]]:
    """What mlx-vlm says, token by token."""
    model, processor = network
    text, _ = loop.backend._rendered(request)
    shown = media(parts(request.messages), rate=16_000, options=loop.backend.options)
    images, sounds = ([each.what for each in kind] or None for kind in (shown.images, shown.sounds))
    inputs = prepare_inputs(processor, images=images, audio=sounds, prompts=text)
    ids, pixels, mask = (inputs.pop(name, None) for name in ("input_ids", "pixel_values", "attention_mask"))
    steps = generate_step(ids, model, pixels, mask, max_tokens=request.sampling.max_tokens, temperature=0.0, **inputs)
    return [
        (loop.backend.token_text(int(id))[0], float(logprobs[int(id)]))
        for _, (id, logprobs) in zip(range(request.sampling.max_tokens), steps, strict=False)
    ]


def same(answer: Any, told: list[tuple[str, float]]) -> bool:
    ours = answer.logprobs
    alike = [token for token, _ in ours] == [token for token, _ in told][: len(ours)]
    return bool(ours) and alike and all(abs(one[1] - other[1]) < 1e-3 for one, other in zip(ours, told, strict=False))


@pytest.mark.parametrize(
    "options",
    [{}, {"prefill_step_size": 5}, {"prompt_cache_size": 0, "feature_cache_size": 0}],
    ids=["plain", "in parts", "uncached"],
)
def test_a_batch_says_what_each_says_alone(network, kind, open_loop, requests, options):
    loop = open_loop(kind, **options)
    told = [truth(network, loop, request) for request in requests]
    assert len({tuple(answer) for answer in told}) == len(told)
    assert loop.info.details["engine"] == ("alone" if kind in ALONE else "together")
    for _ in range(2):
        assert [same(answer, said) for answer, said in zip(loop.run(*requests), told, strict=True)] == [True] * 4


def test_what_cannot_be_batched_is_answered_in_turns(network, kind, open_loop, requests, monkeypatch):
    monkeypatch.setattr(trial, "decodes", lambda language: False)
    loop = open_loop(kind)
    assert loop.info.details["engine"] == "alone"
    told = [truth(network, loop, request) for request in requests]
    answers = [answer for _ in range(2) for answer in loop.run(*requests)]
    assert [same(answer, said) for answer, said in zip(answers, told * 2, strict=True)] == [True] * 8
    # Others cannot take back what they have read, and a short prompt's cache ends in its generation prompt.
    assert not kind.endswith("_vl") or all(answer.prompted.cached for answer in answers[4:])


def test_texts_are_read_together_only_where_that_is_right(network, kind, open_loop, chat):
    loop = open_loop(kind)
    begun = [chat("tell me of " + "lists and more, " * n, max_tokens=6) for n in (1, 4, 9)]
    answers = loop.run(*begun)
    assert all(same(answer, truth(network, loop, asked)) for answer, asked in zip(answers, begun, strict=True))
    more = [
        chat("tell me of " + "lists and more, " * n, answer.text, "and then " + "so " * (11 - n))
        for n, answer in zip((1, 4, 9), answers, strict=True)
    ]
    answers = loop.run(*more)
    assert all(same(answer, truth(network, loop, asked)) for answer, asked in zip(answers, more, strict=True))
    assert kind in ALONE or answers[-1].cached > 40


def test_a_network_that_batches_wrongly_is_found_out(loop):
    class Wrong(Language):
        def __call__(self, tokens, cache):
            logits = super().__call__(tokens, cache)
            return logits[::-1] if len(tokens) > 1 else logits

    network = loop.backend._engine._model.network
    assert trial.decodes(Language(network)) and trial.reads(Language(network))
    assert not trial.decodes(Wrong(network)) and not trial.reads(Wrong(network))


def test_answers_join_while_others_are_under_way(open_loop, requests):
    loop, alone = open_loop(), open_loop()
    begun = []
    for request in requests:
        begun.append(loop.begin(request))
        loop.step()
        loop.step()
    while loop.live:
        loop.step()
    assert all(same(answer, alone.run(request)[0].logprobs) for answer, request in zip(begun, requests, strict=True))


def test_each_request_has_a_temperature_and_a_seed_of_its_own(loop, chat, noise):
    greedy = chat([noise(1), "what?"])
    hot = chat([noise(1), "what?"], temperature=2.0, top_k=0, seed=7)
    other = chat([noise(1), "what?"], temperature=2.0, top_k=0, seed=8)
    alone = [loop.run(request)[0].text for request in (greedy, hot, other)]
    assert len(set(alone)) == 3
    assert [answer.text for answer in loop.run(other, greedy, hot, greedy)] == [alone[n] for n in (2, 0, 1, 0)]


def test_a_text_is_gone_on_with(loop):
    request = CompletionRequest(prompt="def f(", sampling=SamplingParams(temperature=0.0, max_tokens=5))
    (one,), (other,) = loop.run(request), loop.run(request)
    assert one.done.reason == "length" and one.text == other.text


def test_a_cancelled_prompt_is_gone_on_with_later(open_loop, chat, noise):
    loop = open_loop(prefill_step_size=4)
    request = chat([noise(1), "what would you say that this may be, if you had to say something about it?"])
    answer = loop.begin(request)
    for _ in range(6):
        loop.step()
    assert answer.prompted and not answer.pieces
    loop.cancel(answer)
    (again,) = loop.run(request)
    assert again.prompted.cached >= 8
    assert again.text == open_loop().run(request)[0].text


def test_sounds_are_heard(model, open_loop, chat, noise, files):
    loop, network = open_loop("gemma4"), load(str(model("gemma4")))
    high, low = (AudioPart(data=files.wav(pitch), format="wav") for pitch in (2000, 200))
    requests = [chat([high, "what?"]), chat([low, "what?"]), chat([low, noise(1), high, "and now?"])]
    told = [truth(network, loop, request) for request in requests]
    assert len({tuple(answer) for answer in told}) == 3
    assert [same(answer, said) for answer, said in zip(loop.run(*requests), told, strict=True)] == [True] * 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "sound file is empty"),
        ("?", "is no base64"),
        ("AAAA", "cannot be read as sound"),
        (None, "length of nought"),
    ],
)
def test_sounds_that_cannot_be_heard(open_loop, chat, files, data, words):
    part = AudioPart(data=files.wav(100, seconds=0) if data is None else data)
    with pytest.raises(BadRequest, match=words) as raised:
        open_loop("gemma4").backend.prepare(chat([part, "what?"]))
    assert raised.value.param == "messages.0.content.0.input_audio"


def test_a_film_is_seen(loop, chat, files):
    shown = [VideoPart(url=files.uri(files.film(count), "video/mp4")) for count in (8, 16)]
    first, second, none = loop.run(*(chat([film, "what happens?"]) for film in shown), chat("what happens?"))
    assert none.prompted.tokens < first.prompted.tokens < second.prompted.tokens
    assert first.logprobs != second.logprobs
    (again,) = loop.run(chat([shown[0], "what happens?"]))
    assert again.logprobs == first.logprobs and again.prompted.cached > none.prompted.tokens


@pytest.mark.parametrize(("detail", "size"), [("low", (512, 384)), ("high", (1200, 900)), ("auto", (1200, 900))])
def test_a_picture_of_low_detail_is_made_small(loop, chat, noise, files, detail, size):
    request = chat([ImagePart(url=files.uri(files.png(noise(1, 1200, 900))), detail=detail)])
    (picture,) = media(parts(request.messages), rate=16_000, options=loop.backend.options).images
    assert picture.what.size == size


def test_what_the_model_does_not_take_is_refused(loop, chat):
    with pytest.raises(BadRequest, match=r"takes no sounds, only text and pictures and films"):
        loop.backend.prepare(chat([AudioPart(data="UklGRg=="), "what is said?"]))
