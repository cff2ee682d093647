"""Vectors: the same alone and in company, pooled as the checkpoint says, never NaN."""

from __future__ import annotations

import json

import mlx.core as mx
import numpy as np
import pytest

from mlxs.errors import BadRequest, MlxsError
from mlxs.requests import ImagePart, TextPart
from mlxs.tasks.embedding import EmbeddingRequest
from mlxs_embed.encoded import Encoded
from mlxs_embed.loading import load
from mlxs_embed.options import EmbedOptions
from mlxs_embed.padding import side_by_side

KINDS = ("bert", "xlm-roberta", "modernbert", "qwen3", "gemma3_text", "llama_bidirec")
TEXTS = (
    "a",
    "the parser adds an argument to the group",
    "usage",
    "if an option string is not unique, an error is raised that names every conflicting action in the parser",
    "def parse_args(self, args=None, namespace=None): " * 2,
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_a_batch_is_what_its_inputs_are_alone(loop, kind, dtype):
    made = loop(kind, dtype=dtype)
    together = made.vectors(*TEXTS)
    alone = np.concatenate([made.vectors(text) for text in TEXTS])
    assert np.isfinite(together).all()
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-6)
    assert together == pytest.approx(alone, abs={"float32": 1e-5, "float16": 1e-2, "bfloat16": 8e-2}[dtype])
    others = together @ together.T - np.eye(len(TEXTS))
    assert others.max() < 0.999, "texts that differ have vectors that differ"


@pytest.mark.parametrize("kind", KINDS)
def test_requests_that_share_passes_get_what_they_get_alone(loop, kind):
    made = loop(kind, options={"batch_size": 3, "batch_tokens": 64})
    requests = [EmbeddingRequest(inputs=TEXTS[n:] + TEXTS[:n]) for n in range(4)]
    alone = [made.run(request)[0] for request in requests]
    for mine, shared in zip(alone, made.run(*requests), strict=True):
        assert [vector.index for vector in shared] == list(range(len(TEXTS)))
        assert [vector.tokens for vector in shared] == [vector.tokens for vector in mine]
        for one, other in zip(mine, shared, strict=True):
            assert other.values == pytest.approx(one.values, abs=1e-5)


def states(model, kind, text):
    """Every token's state, as mlx-embeddings computes it for a text alone."""
    checkpoint = load(model, EmbedOptions(), lambda *_: None)
    encoded = checkpoint.tokenizer.text(text, "")
    network, ids = checkpoint.network, mx.array([encoded.ids])
    if kind == "modernbert":
        found = network.model(ids, attention_mask=mx.ones(ids.shape), return_dict=True)["last_hidden_state"]
    else:
        found = network(ids).last_hidden_state
    return np.array(found[0].astype(mx.float32)), encoded


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "gemma3_text"])  # whose window the library ignores
def test_states_are_those_of_the_library(model, kind):
    expected, encoded = states(model(kind), kind, TEXTS[3])
    checkpoint = load(model(kind), EmbedOptions(), lambda *_: None)
    batch = side_by_side([Encoded(encoded.ids), Encoded([*encoded.ids] * 2)], checkpoint.padding)
    found = np.array(checkpoint.network.states(batch))[0, : len(encoded)]
    assert found == pytest.approx(expected, abs=1e-4)


def test_gemma_sees_both_ways_and_in_some_layers_only_near(model):
    window = 8
    checkpoint = load(model("gemma3_text", num_hidden_layers=1), EmbedOptions(), lambda *_: None)
    ids = list(range(20, 20 + 3 * window))

    def last(changed: int) -> np.ndarray:
        told = [*ids]
        told[changed] = 7
        return np.array(checkpoint.network.states(side_by_side([Encoded(told)], 0)))[0, window]

    near, far, ahead = last(window - window // 2), last(window - window // 2 - 1), last(window + window // 2)
    unchanged = np.array(checkpoint.network.states(side_by_side([Encoded(ids)], 0)))[0, window]
    assert far == pytest.approx(unchanged, abs=1e-6)
    assert np.abs(near - unchanged).max() > 1e-3 and np.abs(ahead - unchanged).max() > 1e-3


POOLINGS = {
    "cls_token": lambda found: found[0],
    "mean_tokens": lambda found: found.mean(0),
    "max_tokens": lambda found: found.max(0),
    "lasttoken": lambda found: found[-1],
    "mean_sqrt_len_tokens": lambda found: found.sum(0) / np.sqrt(len(found)),
    "weightedmean_tokens": lambda found: np.average(found, axis=0, weights=range(1, len(found) + 1)),
}


@pytest.mark.parametrize("mode", POOLINGS)
@pytest.mark.parametrize("kind", ["bert", "qwen3"])
def test_tokens_are_pooled_as_the_checkpoint_says(loop, model, kind, mode):
    modules = [("Pooling", {"word_embedding_dimension": 64, f"pooling_mode_{mode}": True}), ("Normalize", {})]
    expected = [POOLINGS[mode](states(model(kind), kind, text)[0]) for text in TEXTS]
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert loop(kind, modules=modules).vectors(*TEXTS) == pytest.approx(np.array(expected), abs=1e-5)


def test_vectors_of_several_poolings_are_joined(loop, model):
    modules = [("Pooling", {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": True})]
    found, _ = states(model("bert"), "bert", TEXTS[1])
    expected = np.concatenate([found[0], found.mean(0)])
    made = loop("bert", modules=modules)
    assert made.vectors(TEXTS[1])[0] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-5)
    assert made.info.details["dimensions"] == 128


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "gemma3_text"])  # which has layers after that
def test_without_a_word_from_the_checkpoint_pooling_is_the_networks_own(loop, model, kind):
    own = POOLINGS["lasttoken" if kind == "qwen3" else "mean_tokens"]
    expected = own(states(model(kind), kind, TEXTS[1])[0])
    assert loop(kind).vectors(TEXTS[1])[0] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-5)


def test_layers_after_pooling_are_applied(loop, model):
    dense = {"in_features": 64, "out_features": 24, "bias": True, "activation_function": "torch.nn.Tanh"}
    modules = [("Pooling", {"pooling_mode": "mean"}), ("Dense", dense)]
    made = loop("bert", modules=modules)
    weights = mx.load(str(model("bert", modules=modules) / "2_Dense/model.safetensors"))
    pooled = states(model("bert"), "bert", TEXTS[1])[0].mean(0)
    expected = np.tanh(np.array(weights["linear.weight"]) @ pooled + np.array(weights["linear.bias"]))
    assert made.vectors(TEXTS[1])[0] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-5)


def test_the_layers_that_gemma_brings_along_are_applied(loop):
    dense = {"in_features": 64, "out_features": 256, "activation_function": "torch.nn.Identity"}
    modules = [("Pooling", {"pooling_mode": "mean"}), ("Dense", dense), ("Dense", dense), ("Normalize", {})]
    assert loop("gemma3_text", modules=modules).vectors(*TEXTS) == pytest.approx(loop("gemma3_text").vectors(*TEXTS))


def test_shorter_vectors_are_the_beginning_of_the_long_one(loop):
    made = loop("qwen3")
    whole, short = made.vectors(*TEXTS), made.vectors(*TEXTS, dimensions=16)
    assert short == pytest.approx(whole[:, :16] / np.linalg.norm(whole[:, :16], axis=1, keepdims=True), abs=1e-6)


PROMPTS = {"prompts": {"query": "find: ", "document": "text: "}, "default_prompt_name": None}


def test_prompts_of_the_checkpoint_are_put_before_texts(loop):
    made = loop("bert", files={"config_sentence_transformers.json": PROMPTS})
    assert made.vectors("usage", prompt="query") == pytest.approx(made.vectors("find: usage"))
    assert made.vectors("usage") != pytest.approx(made.vectors("find: usage"))
    default = loop("bert", files={"config_sentence_transformers.json": {**PROMPTS, "default_prompt_name": "query"}})
    assert default.vectors("usage") == pytest.approx(made.vectors("find: usage"))
    assert default.vectors("usage", prompt="document") == pytest.approx(made.vectors("text: usage"))


def test_token_ids_are_taken_as_they_are(loop, model):
    made = loop("bert")
    _, encoded = states(model("bert"), "bert", TEXTS[1])
    assert made.vectors(tuple(encoded.ids)) == pytest.approx(made.vectors(TEXTS[1]), abs=1e-6)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"inputs": (" ".join(["usage"] * 200),)}, "input.0 has 202 tokens, and this model reads 128"),
        ({"inputs": ("a", (1, 400))}, "token id 400 is out of range; this model has ids 0 to 399"),
        ({"inputs": ("a", (1, -1))}, "token id -1 is out of range"),
        ({"inputs": ((1,) * 129,)}, "input.0 has 129 tokens"),
        ({"inputs": ("a",), "dimensions": 65}, "dimensions: this model's vectors can have 1 to 64, not 65"),
        ({"inputs": ("a",), "dimensions": 0}, "1 to 64, not 0"),
        ({"inputs": ("a",), "prompt": "query"}, "this model has no prompt 'query'; it has none"),
        ({"inputs": ((TextPart(text="a"), ImagePart(url="data:,")),)}, "--model-type multimodal"),
    ],
)
def test_what_cannot_be_a_vector_is_refused(loop, asked, said):
    made = loop("bert")
    with pytest.raises(BadRequest, match=said):
        made.backend.prepare(EmbeddingRequest(**asked))


def test_lengths_a_model_was_trained_for_are_kept_to(loop):
    made = loop("bert", matryoshka_dimensions=[16, 64])
    assert made.vectors("a", dimensions=16).shape == (1, 16)
    with pytest.raises(BadRequest, match="can have 16, 64, not 32"):
        made.vectors("a", dimensions=32)


def test_long_inputs_are_cut_where_that_is_wanted(loop):
    made = loop("qwen3", options={"truncate": True, "context_length": 12})
    long = "usage: " * 50
    (told,) = made.run(EmbeddingRequest(inputs=(long, tuple(range(20, 60)))))
    assert [vector.tokens for vector in told] == [12, 12]
    encoded = made.backend._model._checkpoint.tokenizer.text(long, "")
    assert encoded.ids[-1] == 0, "the end is still the end"


def test_a_checkpoint_says_how_much_it_was_trained_on(loop):
    made = loop("bert", files={"sentence_bert_config.json": {"max_seq_length": 32, "do_lower_case": False}})
    assert made.info.context_length == 32
    assert loop("xlm-roberta").info.context_length == 126, "two places belong to padding"
    with pytest.raises(MlxsError, match="this model has places for 128 tokens, 129 are too many"):
        loop("bert", options={"context_length": 129})


def test_quantised_weights_are_read(loop, model, tmp_path):
    from mlx.nn import quantize
    from mlx.utils import tree_flatten
    from mlx_embeddings.utils import load_model

    for kind in ("bert", "gemma3_text"):
        network = load_model(model(kind))
        quantize(network, group_size=32, bits=8)
        made = tmp_path / kind
        made.mkdir()
        for file in model(kind).iterdir():
            (made / file.name).write_bytes(file.read_bytes())
        mx.save_safetensors(str(made / "model.safetensors"), dict(tree_flatten(network.parameters())))
        config = json.loads((made / "config.json").read_text())
        config["quantization"] = {"group_size": 32, "bits": 8}
        (made / "config.json").write_text(json.dumps(config))
        rough = type(loop(kind))(made).vectors(*TEXTS)
        assert (rough * loop(kind).vectors(*TEXTS)).sum(1) == pytest.approx(1, abs=0.02)
