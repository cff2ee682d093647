"""What was read or looked at is not read or looked at again, and never taken for something else."""

from __future__ import annotations

import pytest

from mlxs.errors import BadRequest


@pytest.fixture
def looks(loop, monkeypatch):
    """How many pictures each call of the vision tower was shown."""
    tower = type(loop.backend._engine._reader._network._model.vision_tower)
    counted: list[int] = []
    looked = tower.__call__

    def look(self, pixels, grid, *args, **more):
        counted.append(grid.shape[0])
        return looked(self, pixels, grid, *args, **more)

    monkeypatch.setattr(tower, "__call__", look)
    return counted


def test_the_next_turn_reads_and_sees_only_what_is_new(loop, open_loop, chat, noise, looks):
    question = [noise(1), "what is it?"]
    (first,) = loop.run(chat(question))
    assert looks == [1] and first.prompted.cached == 0
    turns = chat(question, first.text, ["and this one?", noise(2)], "So.", "more?")
    (second,) = loop.run(turns)
    assert looks == [1, 1]
    assert first.prompted.tokens - 3 <= second.prompted.cached < second.prompted.tokens
    assert second.text == open_loop().run(turns)[0].text


def test_the_next_turn_of_a_model_with_a_sliding_window(open_loop, chat, noise):
    loop = open_loop("gemma3")
    question = ["please have a good look at this picture, and tell me all about it", noise(1), "what is it?"]
    (first,) = loop.run(chat(question))
    turns = chat(question, first.text, "more?")
    (second,) = loop.run(turns)
    assert second.prompted.cached > 20
    assert second.text == open_loop("gemma3").run(turns)[0].text


def test_a_picture_is_looked_at_once_wherever_it_is_shown(loop, chat, noise, looks):
    loop.run(chat(["one", noise(1)]), chat(["another", noise(1)]), chat(["a third", noise(1), noise(2), noise(1)]))
    assert looks == [1, 1]


def test_without_room_it_is_looked_at_again(open_loop, chat, noise):
    loop = open_loop(feature_cache_size=0)
    loop.run(chat(["one", noise(1)]))
    assert loop.backend._engine._reader._gallery._seen == {}


def test_another_picture_of_the_same_size_is_another_prompt(loop, open_loop, chat, noise):
    first, second = (chat([noise(n), "what is it, tell me?"]) for n in (1, 2))
    (one,), (other,) = loop.run(first), loop.run(second)
    assert other.prompted.cached < 8 and one.logprobs != other.logprobs
    assert other.text == open_loop().run(second)[0].text
    assert other.prompted.divergence.at == other.prompted.cached or other.prompted.cached == 0


def test_text_goes_on_from_before_a_picture(loop, open_loop, chat, noise):
    long = "please have a good look at everything that follows here and say"
    shown, told = chat([long, noise(1), "what is it?"]), chat([long, " nothing"])
    loop.run(shown)
    (answer,) = loop.run(told)
    assert answer.prompted.cached >= 8
    assert answer.text == open_loop().run(told)[0].text


def test_pictures_nobody_looks_at_are_let_go(open_loop, chat, noise, model):
    loop = open_loop(context_length=32)
    for n in range(3):
        with pytest.raises(BadRequest, match="context"):
            loop.backend.prepare(chat([noise(n, 200, 200)]))
    assert not loop.backend._engine._reader._gallery._known


def test_pictures_that_mean_nothing_by_themselves_are_let_go(open_loop, chat, noise):
    loop = open_loop("mllama")
    loop.run(*(chat([noise(n), "what?"]) for n in range(3)))
    assert not loop.backend._engine._reader._gallery._known


def test_features_make_room_for_others():
    import mlx.core as mx

    from mlxs_vision.features import Features, Gallery, Picture

    gallery = Gallery(100)
    pictures = [gallery.picture(bytes([n]), lambda n=n: Picture(bytes([n]), 1, {})) for n in range(3)]
    for picture in pictures:
        gallery.seen(picture, Features(mx.zeros((10,), mx.float32)))
    pictures.clear()
    picture = None  # nobody shows them any more
    fresh = Picture(b"", 1, {})
    assert [gallery.picture(bytes([n]), lambda: fresh) is fresh for n in (2, 1, 0)] == [False, False, True]
