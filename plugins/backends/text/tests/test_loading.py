"""From a name to a model that answers, or to a sentence that says why not."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import mlx.core as mx
import pytest

from mlxs.errors import MlxsError
from mlxs_text.backend import LanguageModel
from mlxs_text.options import TextOptions


@pytest.fixture
def copy(model, tmp_path):
    """A model's directory, to be spoiled."""
    return Path(shutil.copytree(model(), tmp_path / "copy"))


def load(path, **options):
    return LanguageModel(TextOptions(model_path=str(path), **options)).load(lambda *_: None)


def say(file, **what):
    file.write_text(json.dumps({**(json.loads(file.read_text()) if file.exists() else {}), **what}))


def test_what_the_server_is_told(model, demo):
    info = load(demo)
    assert info.context_length == 2048 and "<tool_call>" in info.chat_template and info.concurrency == 32
    assert info.details["model_type"] == "qwen3" and info.details["dtype"] == "bfloat16"
    assert info.details["parameters"] == 1_825_184 and info.details["bytes"] == 2 * 1_825_184
    assert load(model(), decode_concurrency=4).concurrency == 4
    assert load(model(), decode_concurrency=4, concurrency=2).concurrency == 2


def test_loading_tells_how_far_it_has_come(model):
    told = []
    LanguageModel(TextOptions(model_path=str(model()))).load(lambda *said: told.append(said))
    done = [done for what, done, _ in told if what == "loading"]
    assert len(done) > 5 and done == sorted(done) and done[-1] == told[-1][2]


def test_a_model_on_disk_is_loaded_without_the_network(model, monkeypatch):
    asked = []

    def refuse(*address, **_):
        asked.append(address)
        raise OSError("no network here")

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert load(model()).context_length == 1024
    assert asked == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no/such/place", "there is no directory no/such/place; name one, or a Hugging Face repository"),
        ("/nowhere", "there is no directory /nowhere"),
        ("nonsense", "there is no directory nonsense"),
        ("./models", "there is no directory ./models"),
        ("~/nowhere", "there is no directory ~/nowhere"),
        ("two words/of--them", "there is no directory two words/of--them"),
        ("acme/not-here", "acme/not-here is not .* in the Hugging Face cache, and it cannot be downloaded; go online"),
        (None, "no model is named; name one with --model-path"),
    ],
)
def test_a_model_that_is_not_there(name, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(MlxsError, match=said):
        LanguageModel(TextOptions(model_path=name)).load(lambda *_: None)


def test_a_directory_that_is_no_model(copy, tmp_path):
    with pytest.raises(MlxsError, match="copy/config.json is a file"):
        load(copy / "config.json")
    (tmp_path / "empty").mkdir()
    with pytest.raises(MlxsError, match="is no model: it has no config.json"):
        load(tmp_path / "empty")
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(MlxsError, match="no weights that MLX can read.*mlx_lm.convert"):
        load(copy)


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("config.json", "{", "config.json is not JSON"),
        ("config.json", "{}", "it has no model_type"),
        ("config.json", '{"model_type": "acme"}', "mlx-lm has no model of type 'acme'; a newer one may"),
        ("config.json", '{"model_type": "qwen3"}', "could not be loaded: TypeError"),
        ("model.safetensors", "garbage", "could not be loaded: RuntimeError"),
        ("tokenizer.json", "garbage", "could not be loaded"),
    ],
)
def test_a_damaged_model(copy, file, content, said):
    (copy / file).write_text(content)
    with pytest.raises(MlxsError, match=said):
        load(copy)


def test_weights_of_another_shape(copy, model):
    shutil.copy(model("qwen3", num_hidden_layers=1) / "model.safetensors", copy / "model.safetensors")
    with pytest.raises(MlxsError, match="could not be loaded: ValueError: Missing"):
        load(copy)


def test_code_of_a_checkpoint_runs_only_where_it_is_trusted(copy):
    say(copy / "config.json", model_file="own.py")
    (copy / "own.py").write_text("from mlx_lm.models.qwen3 import Model, ModelArgs\n")
    with pytest.raises(MlxsError, match="brings code of its own; serve it with --trust-remote-code"):
        load(copy)
    assert load(copy, trust_remote_code=True).context_length == 1024


def test_the_context_is_as_long_as_the_model_or_the_option_says(copy, model):
    assert load(model()).context_length == 1024
    assert load(model(), context_length=100).context_length == 100
    with pytest.raises(MlxsError, match="--context-length: this model was made for 1024 tokens"):
        load(model(), context_length=2000)
    config = json.loads((copy / "config.json").read_text())
    length = config["max_position_embeddings"]
    config["text_config"] = {"max_position_embeddings": length // 2}
    (copy / "config.json").write_text(json.dumps(config))
    assert load(copy).context_length == length


def test_the_checkpoint_recommends_how_to_sample(copy, open_loop):
    say(copy / "generation_config.json", temperature=0.6, top_p=0.9, top_k=None, min_p="no", repetition_penalty=1.1)
    backend = open_loop(model_path=str(copy)).backend
    assert backend.defaults == {"temperature": 0.6, "top_p": 0.9, "repetition_penalty": 1.1}
    (copy / "generation_config.json").write_text("{")
    assert open_loop(model_path=str(copy)).backend.defaults == {}


def test_the_checkpoint_says_what_ends_an_answer(copy, open_loop):
    say(copy / "generation_config.json", eos_token_id=[5, 6])
    loop = open_loop(model_path=str(copy))
    (own,) = loop.backend.encode("<|im_end|>")
    for end in (5, 6, own):
        assert loop.run("def", logit_bias={end: 100.0}).done.reason == "stop"
    assert loop.run("def", logit_bias={7: 100.0}).done.reason == "length"


def test_a_chat_template_of_one_s_own(copy, chat, open_loop, tmp_path):
    file = tmp_path / "own.jinja"
    file.write_text("{% for m in messages %}{{ m.content }}!{% endfor %}")
    loop = open_loop(model_path=str(copy), chat_template_file=file)
    assert loop.info.chat_template == file.read_text()
    assert loop.run(chat("hi", "you")).text == loop.run("hi!you!").text
    said = json.loads((copy / "tokenizer_config.json").read_text())
    for instead in ({"chat_template_type": "deepseek_v32"}, {"chat_template": None}):
        (copy / "tokenizer_config.json").write_text(json.dumps({**said, **instead}))
        loop = open_loop(model_path=str(copy), chat_template_file=file)
        assert loop.run(chat("hi", "you")).text == loop.run("hi!you!").text
    with pytest.raises(MlxsError, match="--chat-template-file: .* cannot be read"):
        load(copy, chat_template_file=tmp_path / "not-there")
    file.write_text("{% for %}")
    with pytest.raises(MlxsError, match="--chat-template-file: .* is no template: "):
        load(copy, chat_template_file=file)


def test_adapters_are_applied(model, tmp_path, open_loop):
    shape = {"rank": 4, "scale": 20.0, "dropout": 0.0, "keys": ["self_attn.q_proj"]}
    say(tmp_path / "adapter_config.json", fine_tune_type="lora", num_layers=2, lora_parameters=shape)
    layers = {f"model.layers.{n}.self_attn.q_proj": n for n in range(2)}
    weights = {f"{name}.lora_a": mx.random.normal((64, 4), key=mx.random.key(1)) for name in layers}
    weights |= {f"{name}.lora_b": mx.random.normal((4, 64), key=mx.random.key(2)) for name in layers}
    mx.save_safetensors(str(tmp_path / "adapters.safetensors"), weights)
    assert open_loop(adapter_path=tmp_path).run("def").text != open_loop().run("def").text
    with pytest.raises(MlxsError, match="--adapter-path"):
        load(model(), adapter_path=tmp_path / "not-there")


def test_closing_is_final_and_may_be_repeated(model, tmp_path):
    failures = []

    def live():  # as in the engine: in a thread whose streams go with the model
        try:
            broken = LanguageModel(TextOptions(model_path="/nowhere"))
            with pytest.raises(MlxsError):
                broken.load(lambda *_: None)
            backend = LanguageModel(TextOptions(model_path=str(model()), prompt_cache_dir=tmp_path))
            backend.load(lambda *_: None)
            for _ in range(2):
                backend.close()
                broken.close()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=live)
    thread.start()
    thread.join()
    assert not failures


SERVE = """
import sys, threading
from mlxs_text.backend import LanguageModel
from mlxs_text.options import TextOptions
from mlxs.requests import CompletionRequest

def live():
    backend = LanguageModel(TextOptions(model_path=sys.argv[1]))
    backend.load(lambda *_: None)
    answer = backend.complete(backend.prepare(CompletionRequest(prompt="def")))
    for _ in range(4):
        backend.advance()
        next(answer)
    answer.close()
    backend.close()

thread = threading.Thread(target=live)
thread.start()
thread.join()
"""


def test_a_process_exits_in_peace(model):
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", SERVE, str(model())], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
