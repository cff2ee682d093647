"""Checkpoints as they are laid out by others, and those that cannot be read."""

from __future__ import annotations

import json
import re

import mlx.core as mx
import numpy as np
import pytest

from mlxs.errors import MlxsError
from mlxs_whisper.loading import DIMENSIONS, NAMES


def texts(listener, sounds, **asked):
    (said,) = listener.run(sounds.asked(sounds.sound(3), language="en", temperature=0.01, **asked))
    return [segment.text for segment in said[1:]]


def published(directory, made):
    """The same model as Hugging Face has it."""
    config = json.loads((made / "config.json").read_text())
    weights = mx.load(str(made / "weights.safetensors"))
    names = {ours: theirs for theirs, ours in NAMES.items()}
    backwards = {
        ".blocks.": ".layers.",
        ".cross_attn_ln.": ".encoder_attn_layer_norm.",
        ".attn_ln.": ".self_attn_layer_norm.",
        ".mlp_ln.": ".final_layer_norm.",
        ".cross_attn.": ".encoder_attn.",
        ".attn.": ".self_attn.",
        ".query.": ".q_proj.",
        ".key.": ".k_proj.",
        ".value.": ".v_proj.",
        ".out.": ".out_proj.",
        ".mlp1.": ".fc1.",
        ".mlp2.": ".fc2.",
        "encoder.ln_post.": "encoder.layer_norm.",
        "decoder.ln.": "decoder.layer_norm.",
        "token_embedding.": "embed_tokens.",
        "positional_embedding": "embed_positions.weight",
    }
    assert len(names) == len(NAMES)
    written = {}
    for name, array in weights.items():
        if name == "alignment_heads":
            continue
        if re.search(r"conv\d\.weight", name):
            array = array.swapaxes(1, 2)
        for ours, theirs in backwards.items():
            name = name.replace(ours, theirs)
        written["model." + name] = array
    written["model.encoder.embed_positions.weight"] = mx.zeros((1500, 32))  # published, and always the same sines
    directory.mkdir()
    mx.save_safetensors(str(directory / "model.safetensors"), written, {"format": "pt"})
    said = {theirs: config[ours] for ours, theirs in DIMENSIONS.items()}
    (directory / "config.json").write_text(json.dumps({**said, "model_type": "whisper"}))
    (directory / "generation_config.json").write_text(json.dumps({"alignment_heads": [[1, 0]]}))
    return directory


def test_a_checkpoint_as_openai_publishes_it(loop, model, sounds, tmp_path):
    listener = loop()
    other = type(listener)(published(tmp_path / "hf", model()))
    assert texts(other, sounds) == texts(listener, sounds) != []
    assert np.array(other.backend._network.alignment_heads).tolist() == [[1, 0]]


def test_weights_as_numpy_has_them(loop, sounds):
    assert texts(loop(file="weights.npz"), sounds) == texts(loop(), sounds)


@pytest.mark.parametrize("made", [{"dtype": "float16"}, {"dtype": "bfloat16"}, {"bits": 4}, {"bits": 8}])
def test_every_kind_of_number(loop, sounds, made):
    assert texts(loop(**made), sounds, words=True)


def test_what_is_no_model_is_refused(loop, model, tmp_path):
    kind = type(loop())
    with pytest.raises(MlxsError, match=r"has no config\.json"):
        kind(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(MlxsError, match="has none of weights.safetensors"):
        kind(tmp_path)
    (tmp_path / "weights.safetensors").symlink_to(model() / "weights.safetensors")
    with pytest.raises(MlxsError, match="could not be loaded: KeyError: 'n_mels'"):
        kind(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "parakeet"}')
    with pytest.raises(MlxsError, match="--model-type speech"):
        kind(tmp_path)
    config = json.loads((model() / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "n_text_layer": 3}))
    with pytest.raises(MlxsError, match=r"has no 'decoder\.blocks\.2"):
        kind(tmp_path)
    (tmp_path / "weights.safetensors").unlink()
    (tmp_path / "weights.safetensors").write_bytes(b"junk")
    with pytest.raises(MlxsError):
        kind(tmp_path)
