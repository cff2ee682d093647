"""What the model is trained on: one seed is one set, it is read back as what it means, and no evaluation is in it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from random import Random

import pytest
from train import rows, tokenizer
from train.data.conversations import conversations
from train.data.families import families
from train.data.grammar import SLOT, expand
from train.data.manners import worded
from train.data.render import TEMPLATE, prompt
from train.data.samples import Sample
from train.data.words import listed, words
from train.evaluation import cases

from mlxs.catalog import Catalog
from mlxs.choice import by_marks
from mlxs.parsing import Chain
from mlxs.plugins import Plugins
from mlxs.requests import Tool
from mlxs.testing.laws import said

TRAIN = Path(__file__).parents[1] / "train"


def samples(count: int, seed: int = 0) -> list[Sample]:
    maker = conversations(Random(seed))
    return [maker.sample() for _ in range(count)]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    plugins = Plugins()
    plugins.discover()
    return Catalog(plugins)


def test_one_seed_is_one_set_of_samples() -> None:
    assert samples(50) == samples(50)
    assert samples(50) != samples(50, seed=1)


def test_every_sample_is_read_back_as_what_it_means(catalog: Catalog) -> None:
    template = TEMPLATE.read_text()
    calls = by_marks(catalog.tool_parsers, "auto", template)
    thoughts = by_marks(catalog.reasoning_parsers, "auto", template)
    assert calls.spec and thoughts.spec
    assert (calls.name, thoughts.name) == ("qwen3", "qwen3")
    kinds = catalog.reasoning_parsers.load("qwen3"), catalog.tool_parsers.load("qwen3")
    for sample in samples(400):
        tools = tuple(Tool(name=tool["name"], parameters=tool["parameters"]) for tool in sample.tools)
        parser = Chain(*(kind(tools) for kind in kinds))
        read = said([*parser.feed(sample.text), *parser.finish()])
        assert [(call.name, _json(call.arguments)) for call in read.calls] == sample.calls
        assert read.content.strip() == sample.answer.strip()
        assert read.reasoning.strip() == (sample.thought if sample.mode == "think" else "")


def test_calls_fit_the_schemas_of_their_tools() -> None:
    from jsonschema import validate

    for sample in samples(300):
        offered = {tool["name"]: tool for tool in sample.tools}
        assert len(offered) == len(sample.tools)
        for name, arguments in sample.calls:
            validate(arguments, offered[name]["parameters"])


def test_samples_in_which_no_tool_fits_call_none() -> None:
    found = [sample for sample in samples(600) if sample.kind == "no fit"]
    assert len(found) > 40
    assert all(sample.tools and not sample.calls and sample.answer for sample in found)


def test_prompts_end_where_the_model_begins() -> None:
    for sample in samples(60):
        end = "<|im_start|>assistant\n" + "<think>\n\n</think>\n\n" * (sample.mode == "off")
        assert prompt(sample).endswith(end)


def test_the_names_of_the_tools_follow_every_request() -> None:
    for sample in samples(60):
        requests = prompt(sample).split("<|im_start|>user\n")[1:]
        asked = [request for request in requests if not request.startswith("<tool_response>")]
        names = "\n".join(["\n<tools>", *(tool["name"] for tool in sample.tools), "</tools><|im_end|>"])
        assert all(names in request if sample.tools else "<tools>" not in request for request in asked)


def test_the_end_of_each_name_tells_whether_that_tool_is_called() -> None:
    learnt = tokenizer.learn((prompt(sample) + sample.text for sample in samples(200)), 512)
    marks = rows.Marks.of(learnt)
    found = 0
    for sample in samples(100, seed=1):
        asked = learnt.encode(prompt(sample), add_special_tokens=False).ids
        verdicts = marks.verdicts(asked, sample)
        called = {name for name, _ in sample.calls}
        for place, verdict in verdicts.items():
            name = learnt.decode(asked[:place]).rsplit("\n", 1)[1]
            assert (verdict == marks.yes) == (name in called)
        found += len(verdicts)
    assert found > 100


def test_words_after_a_value_are_told_from_it_by_a_comma() -> None:
    rng = Random(0)
    said = {worded("Play Moon River", rng, closed=False) for _ in range(600)}
    assert {"Play Moon River, please", "Please play Moon River."} <= said
    assert not any(each.endswith(("River for me", "River now", "River quickly")) for each in said)


@pytest.mark.parametrize("kind", ["city", "person", "noun", "verb", "language"])
def test_words_are_either_trained_on_or_kept_for_evaluation(kind: str) -> None:
    seen, kept = set(words(kind, held_out=False)), set(words(kind, held_out=True))
    assert listed(kind)
    assert kept
    assert not seen & kept
    assert len(kept) < len(seen)


def test_the_hand_written_phrasings_are_not_trained_on() -> None:
    page = tomllib.loads((TRAIN / "evaluation/phrasings.toml").read_text())
    kept = {_bare(sentence) for sentences in page["requests"].values() for sentence in sentences}
    rng = Random(0)
    trained = {_bare(expand(sentence, rng)) for family in families() for sentence in family.requests for _ in range(40)}
    assert len(kept) == 75
    assert len(kept & trained) == 0  # a count: who writes sentences to train on is not to be shown those that are kept


def test_the_evaluation_is_large_enough_and_always_the_same() -> None:
    first, again = dict(cases.cases(5)), dict(cases.cases(5))
    assert first == again
    assert len(first["hand-written phrasings"]) >= 300


def _bare(sentence: str) -> str:
    return "".join(letter for letter in SLOT.sub("_", sentence).lower() if letter.isalnum() or letter in "_ ")


def _json(text: str) -> object:
    import json

    return json.loads(text)
