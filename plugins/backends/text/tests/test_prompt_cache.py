"""What was read once is not read again, and nobody can tell from the answer."""

from __future__ import annotations

import logging
import shutil

import mlx.core as mx
import pytest
from mlx_lm.models.cache import KVCache

from mlxs.errors import MlxsError
from mlxs_decoding.prompt_cache import PromptCache
from mlxs_decoding.shelf import Shelf, fingerprint

QUANTISED = {"kv_bits": 8, "kv_group_size": 32}
SYSTEM = "You answer in Python, briefly, and never explain.\n" * 4


def cache(length: int, layers: int = 2) -> list[KVCache]:
    made = [KVCache() for _ in range(layers)]
    for layer in made:
        layer.update_and_fetch(*mx.random.normal((2, 1, 1, length, 8)))
    return made


SIZE = sum(layer.nbytes for layer in cache(20))


class TestEntries:
    def test_the_longest_beginning_is_found_and_the_rest_forgotten(self):
        kept = PromptCache(10)
        kept.store([*range(20)], cache(20))
        kept.store([*range(10), *range(50, 60)], cache(20))
        found, length = kept.fetch([*range(15), 99, 98])
        assert length == 15 and [layer.offset for layer in found] == [15, 15]
        assert kept.fetch([*range(10), 99])[1] == 10
        assert kept.fetch([7, *range(30)]) == (None, 0)

    def test_one_token_is_always_left_to_read(self):
        kept = PromptCache(10)
        kept.store([*range(20)], cache(20))
        found, length = kept.fetch([*range(20)])
        assert length == 19 and found[0].offset == 19

    def test_a_few_tokens_are_not_worth_it(self):
        kept = PromptCache(10)
        kept.store([*range(20)], cache(20))
        assert kept.fetch([0, 1, 2, 99, 98]) == (None, 0)

    def test_what_is_handed_out_is_the_caller_s(self):
        kept = PromptCache(10)
        kept.store([*range(20)], cache(20))
        before = mx.array(kept.fetch([*range(21)])[0][0].keys_and_values()[0])
        found, _ = kept.fetch([*range(21)])
        for layer in found:
            layer.trim(15)
            layer.update_and_fetch(*mx.zeros((2, 1, 1, 15, 8)))
        again, length = kept.fetch([*range(21)])
        assert length == 20
        assert mx.array_equal(again[0].keys_and_values()[0], before)

    def test_a_cache_that_covers_another_replaces_it(self):
        kept = PromptCache(2)
        kept.store([100 + id for id in range(20)], cache(20))
        for length in range(10, 20):
            kept.store([*range(length)], cache(length))
            kept.store([*range(length - 1)], cache(length - 1))
        assert kept.fetch([*range(30)])[1] == 19
        assert kept.fetch([100 + id for id in range(30)])[1] == 20

    def test_the_one_not_used_for_longest_goes_first(self):
        kept = PromptCache(2)
        for start in (100, 200):
            kept.store([start + id for id in range(20)], cache(20))
        assert kept.fetch([100 + id for id in range(30)])[1] == 20
        kept.store([300 + id for id in range(20)], cache(20))
        assert [kept.fetch([start + id for id in range(30)])[1] for start in (100, 200, 300)] == [20, 0, 20]

    def test_bytes_are_limited_too(self):
        kept = PromptCache(10, 2 * SIZE)
        for start in (100, 200, 300):
            kept.store([start + id for id in range(20)], cache(20))
        assert [kept.fetch([start + id for id in range(30)])[1] for start in (100, 200, 300)] == [0, 20, 20]
        kept.store([400 + id for id in range(20)], cache(20, layers=20))
        assert kept.fetch([400 + id for id in range(30)])[1] == 0
        assert kept.fetch([300 + id for id in range(30)])[1] == 20

    def test_none_are_kept_where_none_are_wanted(self):
        kept = PromptCache(0)
        kept.store([*range(20)], cache(20))
        assert not kept and kept.fetch([*range(30)]) == (None, 0)


class TestTurns:
    @pytest.mark.parametrize("engine", [{}, QUANTISED])
    def test_a_second_turn_reads_only_what_is_new(self, open_loop, demo, chat, engine):
        loop, without = (open_loop(model_path=str(demo), prompt_cache_size=size, **engine) for size in (10, 0))
        text = "<|im_start|>user\nHello!<|im_end|>\n<|im_start|>assistant\n"
        first = loop.run(text, max_tokens=60)
        assert (first.cached, first.done.reason) == (0, "stop")
        text += first.text + "<|im_end|>\n<|im_start|>user\nHow are you?<|im_end|>\n<|im_start|>assistant\n"
        second = loop.run(text, max_tokens=60)
        assert second.cached == first.prompted.tokens + first.tokens + 1  # and what ended the answer
        assert second.text == without.run(text, max_tokens=60).text != ""

    def test_a_turn_whose_thoughts_are_forgotten_still_has_its_prompt(self, open_loop, demo, chat):
        loop, without = (open_loop(model_path=str(demo), prompt_cache_size=size) for size in (10, 0))
        first = loop.run(chat("Hello!", max_tokens=60))
        assert first.text.startswith("<think>")
        request = chat("Hello!", first.text, "How are you?", max_tokens=60)
        second = loop.run(request)
        assert second.cached == first.prompted.tokens
        assert second.text == without.run(request).text != ""

    @pytest.mark.parametrize("kind", ["gemma3_text", "lfm2"])
    def test_a_cache_that_cannot_be_trimmed_serves_a_turn_that_goes_on_from_it(self, open_loop, chat, kind):
        loop, without = open_loop(kind), open_loop(kind, prompt_cache_size=0)
        first = loop.run(chat(SYSTEM, think=True))
        turns = (SYSTEM, "something else", "Go on.")
        second = loop.run(chat(*turns, think=True))
        assert first.prompted.tokens - 40 <= second.cached < first.prompted.tokens
        assert second.text == without.run(chat(*turns, think=True)).text

    @pytest.mark.parametrize("kind", ["gemma3_text", "lfm2"])
    def test_such_a_cache_serves_nothing_that_parts_from_it_earlier(self, open_loop, chat, kind):
        loop, without = open_loop(kind), open_loop(kind, prompt_cache_size=0)
        loop.run(chat(SYSTEM))
        other = loop.run(chat(SYSTEM[:100]))
        assert other.cached == 0
        assert other.text == without.run(chat(SYSTEM[:100])).text

    def test_conversations_share_their_system_prompt(self, open_loop, chat):
        loop, without = open_loop(), open_loop(prompt_cache_size=0)
        loop.run(chat(SYSTEM + "One."))
        other = loop.run(chat(SYSTEM + "Two."))
        assert other.cached >= len(loop.backend.encode(SYSTEM)) - 1
        assert other.text == without.run(chat(SYSTEM + "Two.")).text

    @pytest.mark.parametrize("kind", ["qwen3", "gemma3_text", "lfm2"])
    def test_cached_and_fresh_prompts_share_a_batch(self, open_loop, chat, kind):
        loop, without = open_loop(kind, prefill_step_size=16), open_loop(kind, prompt_cache_size=0)
        requests = [chat(SYSTEM), chat(SYSTEM, "a", "b"), chat("hi"), chat(SYSTEM + "c"), chat("hi", "there", "you")]
        wanted = [without.run(request).text for request in requests]
        for request in requests[:1] + requests[2:3]:
            loop.run(request)
        answers = loop.finish(*[loop.ask(request) for request in requests])
        assert [answer.text for answer in answers] == wanted
        assert any(answer.cached for answer in answers)

    @pytest.mark.parametrize("engine", [{}, QUANTISED])
    @pytest.mark.parametrize("steps", [3, 20])
    def test_what_a_cancelled_request_had_read_is_kept(self, open_loop, chat, engine, steps):
        loop = open_loop(prefill_step_size=16, **engine)
        doomed = loop.ask(chat(SYSTEM, max_tokens=50))
        for _ in range(steps):
            loop.step()
        assert bool(doomed.pieces) is (steps == 20)
        loop.cancel(doomed)
        again = loop.run(chat(SYSTEM, max_tokens=50))
        assert again.cached >= 32
        assert steps == 3 or again.cached == again.prompted.tokens - 1

    def test_penalties_see_what_was_cached(self, open_loop, chat):
        loop, without = open_loop(), open_loop(prompt_cache_size=0)
        request = chat(SYSTEM, presence_penalty=9.0, presence_context_size=300)
        fresh = without.run(request).text
        loop.run(chat(SYSTEM))
        cached = loop.run(request)
        assert cached.cached and cached.text == fresh


class TestShelf:
    @pytest.fixture
    def options(self, tmp_path):
        return {"prompt_cache_dir": tmp_path, "prompt_cache_size": 3}

    def reopen(self, loop, open_loop, options, kind="qwen3"):
        loop.backend._engine.close()
        return open_loop(kind, **options)

    @pytest.mark.parametrize("kind", ["qwen3", "gemma3_text", "lfm2", "quantised", "drafted"])
    def test_a_conversation_outlives_the_process(self, open_loop, model, chat, options, kind):
        engine = {"quantised": QUANTISED, "drafted": {"draft_model_path": str(model())}}.get(kind, {})
        kind, options = "qwen3" if engine else kind, {**options, **engine}
        loop = open_loop(kind, **options)
        first = loop.run(chat(SYSTEM))
        turns = (SYSTEM, first.text, "Go on.")
        wanted = loop.run(chat(*turns)).text
        loop = self.reopen(loop, open_loop, options, kind)
        second = loop.run(chat(*turns))
        assert second.cached > first.prompted.tokens - 40
        assert second.text == wanted

    def test_another_model_s_caches_are_never_used(self, open_loop, model, chat, options):
        loop = open_loop(**options)
        loop.run(chat(SYSTEM))
        loop.backend._engine.close()
        assert list(options["prompt_cache_dir"].glob("*/*"))
        other = open_loop(**{**options, "model_path": str(model("qwen3", seed=1))})
        assert other.run(chat(SYSTEM)).cached == 0
        quantised = open_loop(**options, **QUANTISED)
        assert quantised.run(chat(SYSTEM)).cached == 0

    def test_files_are_as_limited_as_memory(self, open_loop, options):
        loop = open_loop(**options)
        for n in range(8):
            loop.run(f"{n} {n} {n} is the beginning of a text that is different")
        assert len(list(options["prompt_cache_dir"].glob("*/*"))) == 3
        loop = self.reopen(loop, open_loop, options)
        assert len(list(options["prompt_cache_dir"].glob("*/*"))) == 3
        cached = [loop.run(f"{n} {n} {n} is the beginning of a text that is different").cached for n in (7, 6, 5)]
        assert all(cached)

    @pytest.mark.parametrize("damage", [b"", b"nonsense", b"\xff" * 8, None])
    def test_a_damaged_file_is_dropped_with_a_warning(self, open_loop, chat, options, caplog, damage):
        loop = open_loop(**options)
        wanted = loop.run(chat(SYSTEM)).text
        loop.backend._engine.close()
        (file,) = options["prompt_cache_dir"].glob("*/*.kv.safetensors")
        file.write_bytes(file.read_bytes()[:-500] if damage is None else damage)
        with caplog.at_level(logging.WARNING):
            loop = open_loop(**options)
            answer = loop.run(chat(SYSTEM))
        assert (answer.text, answer.cached) == (wanted, 0)
        assert "cannot be read" in caplog.text and not file.exists()

    def test_what_was_not_finished_is_cleared_away(self, tmp_path):
        (tmp_path / "m").mkdir()
        (tmp_path / "m" / "x.part.safetensors").write_bytes(b"half")
        assert list(Shelf(tmp_path, "m").contents()) == []
        assert not list(tmp_path.glob("m/*"))

    def test_a_directory_that_cannot_be_is_an_error(self, tmp_path):
        (tmp_path / "file").touch()
        with pytest.raises(MlxsError, match="--prompt-cache-dir"):
            Shelf(tmp_path / "file", "m")

    def test_a_fingerprint_changes_with_what_a_cache_depends_on(self, model, tmp_path):
        here = shutil.copytree(model(), tmp_path / "copy")
        first = fingerprint([here], 1)
        assert first == fingerprint([here], 1) != fingerprint([here], 2)
        config = here / "config.json"
        config.write_text(config.read_text().replace("10000.0", "20000.0"))
        second = fingerprint([here], 1)
        (here / "model.safetensors").touch()
        assert len({first, second, fingerprint([here], 1)}) == 3


@pytest.mark.parametrize("engine", [{}, {"kv_bits": 8, "kv_group_size": 32}])
def test_where_a_prompt_parts_from_the_nearest_is_told(open_loop, chat, engine):
    loop = open_loop(**engine)
    beginning = "The sky above the port was the colour of television, "
    assert loop.run(chat(beginning + "tuned to a dead channel.")).prompted.divergence is None
    loop.run(chat("Something else altogether, which begins in another way."))
    prompted = loop.run(chat(beginning + "showing a film.")).prompted
    told = prompted.divergence
    assert told.at == prompted.cached > 8
    assert told.before.endswith("television,")
    assert told.cached.startswith(" tuned to a dead")
    assert told.wanted.startswith(" showing a film.<|im_end|>")
    again = loop.run(chat(beginning + "showing a film."))
    assert (again.prompted.divergence.at, again.prompted.divergence.wanted) == (again.prompted.tokens, "")
