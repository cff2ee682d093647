"""Checkpoints as people have them: what is missing is said, and what can be done about it."""

from __future__ import annotations

import json
from shutil import copytree

import pytest

from mlxs.errors import BadRequest, MlxsError


@pytest.fixture
def copy(model, tmp_path):
    return copytree(model(), tmp_path / "copy")


def edit(file, **changed):
    file.write_text(json.dumps({**json.loads(file.read_text()), **changed}))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: (d / "config.json").unlink(), "has no config.json"),
        (lambda d: (d / "model.safetensors").unlink(), "has no weights that MLX can read"),
        (lambda d: (d / "model.safetensors").write_bytes(b"\0" * 100), "could not be loaded"),
        (lambda d: (d / "tokenizer.json").unlink(), "makes nothing of a text; is its tokenizer.json missing?"),
        (lambda d: edit(d / "config.json", model_type="unheard"), "mlx-vlm has no model of type 'unheard'"),
        (lambda d: edit(d / "config.json", model_file="own.py"), "--trust-remote-code if you trust it"),
    ],
)
def test_what_is_wrong_with_a_checkpoint_is_said(open_loop, copy, change, said):
    change(copy)
    with pytest.raises(MlxsError, match=said):
        open_loop(copy)


@pytest.mark.parametrize("name", ["chat_template.json", "chat_template.jinja"])
def test_a_template_may_lie_beside_the_tokenizer(open_loop, copy, chat, noise, loop, name):
    settings = json.loads((copy / "tokenizer_config.json").read_text())
    template = settings.pop("chat_template")
    (copy / "tokenizer_config.json").write_text(json.dumps(settings))
    (copy / name).write_text(json.dumps({"chat_template": template}) if name.endswith("json") else template)
    asked = chat([noise(1), "what?"])
    assert open_loop(copy).run(asked)[0].text == loop.run(asked)[0].text


def test_without_a_template_chats_are_refused(open_loop, copy, chat):
    settings = json.loads((copy / "tokenizer_config.json").read_text())
    (copy / "tokenizer_config.json").write_text(json.dumps({**settings, "chat_template": None}))
    with pytest.raises(BadRequest, match="has no chat template; serve it with --chat-template-file"):
        open_loop(copy).run(chat("hello"))
