"""What cannot be loaded says why, and what to do; and what the plugin offers."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from mlxs.backends import CAPABILITIES
from mlxs.errors import MlxsError
from mlxs.specs import attribute
from mlxs_embed import mlxs_backends
from mlxs_embed.loading import load
from mlxs_embed.options import EmbedOptions


def test_the_offer_is_true():
    (spec,) = mlxs_backends()
    assert spec.name == "embeddings" and attribute(spec.options) is EmbedOptions
    assert all(issubclass(spec.load(), CAPABILITIES[name].kind) for name in spec.capabilities)


@pytest.mark.parametrize("module", ["mlxs_embed", "mlxs_embed.options"])
def test_nothing_heavy_is_imported_to_make_it(module):
    heavy = ["mlx", "mlx_embeddings", "transformers", "numpy", "torch", "huggingface_hub"]
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def told(directory, **options):
    """What loading it says."""
    with pytest.raises(MlxsError) as raised:
        load(directory, EmbedOptions(model_path=str(directory), **options), lambda *_: None)
    return str(raised.value)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (None, "is no model: it has no config.json"),
        ("{", "config.json cannot be read as JSON"),
        ("[]", "config.json holds no JSON object"),
        ({"model_type": "siglip"}, "reads pictures or makes many vectors"),
        ({"model_type": "lfm2"}, "reads pictures or makes many vectors"),
        ({"model_type": "mistral"}, "--model-type lm"),
        ({"model_type": "bert", "architectures": ["BertModel"]}, "has no weights that MLX can read"),
    ],
)
def test_what_is_no_model_for_this_backend_is_refused(tmp_path, config, said):
    if config is not None:
        (tmp_path / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))
    assert said in told(tmp_path)


def test_weights_that_do_not_fit_are_refused(model, tmp_path):
    made = tmp_path / "model"
    made.mkdir()
    for file in model("bert").iterdir():
        (made / file.name).write_bytes(file.read_bytes())
    config = json.loads((made / "config.json").read_text())
    (made / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 3}))
    assert "could not be loaded: ValueError" in told(made)


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        ([("Pooling", {"pooling_mode": "median"})], "wants tokens pooled by 'median'"),
        ([("Pooling", {"pooling_mode": "mean", "include_prompt": False})], "prompt's tokens left out"),
        ([("CNN", {})], "has a step 'CNN' after its network"),
        ([("Dense", {"activation_function": "torch.nn.Mish", "in_features": 64, "out_features": 8})], "'Mish'"),
    ],
)
def test_steps_that_are_not_known_are_refused(loop, modules, said):
    with pytest.raises(MlxsError, match=said):
        loop("bert", modules=modules)


def test_a_default_prompt_must_be_there(loop):
    prompts = {"prompts": {}, "default_prompt_name": "query"}
    with pytest.raises(MlxsError, match="has no prompt 'query', which it names as its default"):
        loop("bert", files={"config_sentence_transformers.json": prompts})


def test_heads_of_other_tasks_are_left_out(model, tmp_path):
    """`BertForMaskedLM`: the network is a part of it, without a pooler, and what predicts words is not wanted."""
    import mlx.core as mx

    made = tmp_path / "model"
    made.mkdir()
    for file in model("bert").iterdir():
        (made / file.name).write_bytes(file.read_bytes())
    weights = {f"bert.{k}": w for k, w in mx.load(str(made / "model.safetensors")).items() if "pooler" not in k}
    mx.save_safetensors(str(made / "model.safetensors"), {**weights, "cls.predictions.bias": mx.zeros(400)})
    progress = []
    load(made, EmbedOptions(), lambda *said: progress.append(said))
    assert progress[-1][0] == "loading" and progress[-1][1] == progress[-1][2] > 0
