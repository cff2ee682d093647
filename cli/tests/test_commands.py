"""What a person sees: help, lists, and errors that say what to do."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest


def mlxs(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    command = [sys.executable, "-m", "mlxs_cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, **environment})


def refused(*arguments: str, **environment: str) -> str:
    """What is said of arguments that cannot be; never a traceback."""
    done = mlxs(*arguments, **environment)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr


def test_help_lists_the_commands() -> None:
    said = mlxs("--help").stdout
    for command in ("launch", "chat", "models", "plugins"):
        assert command in said


def test_version() -> None:
    assert mlxs("--version").stdout.startswith("mlxs, version ")


def test_launch_has_the_options_of_the_model_type() -> None:
    said = mlxs("launch", "--help").stdout
    for flag in ("--model-path", "--port", "--decode-concurrency", "--temperature", "--kv-bits", "--config"):
        assert flag in said


def test_plugins_as_json() -> None:
    rows = {row["distribution"]: row for row in json.loads(mlxs("plugins", "--json").stdout)}
    assert "launch" in rows["mlxs"]["offers"]["command"]
    assert rows["mlxs-demo"]["offers"] == {"model": ["demo"]}


def test_plugins_says_what_is_broken(tmp_path: Path) -> None:
    (tmp_path / "acme.py").write_text("import no_such_module")
    info = tmp_path / "acme-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[mlxs.v1]\nacme = acme\n")
    done = mlxs("plugins", "--json", PYTHONPATH=str(tmp_path))
    (acme,) = (row for row in json.loads(done.stdout) if row["distribution"] == "acme")
    assert acme["trouble"] == ["cannot be imported: ModuleNotFoundError: No module named 'no_such_module'"]
    assert "no_such_module" in mlxs("plugins", PYTHONPATH=str(tmp_path)).stdout


def test_models_lists_what_is_built_in() -> None:
    rows = json.loads(mlxs("models", "--json", "--url", "http://127.0.0.1:9").stdout)
    assert rows[0]["name"] == "demo"


def test_unknown_model_type_lists_the_installed() -> None:
    said = refused("launch", "--model-type", "multimodel")
    assert "there is no model type 'multimodel'" in said
    assert "Installed: lm" in said


def test_model_type_that_is_known_but_not_installed() -> None:
    assert "pip install mlxs-whisper" in refused("launch", "--model-type", "whisper")


def test_unknown_parser_names_the_installed() -> None:
    said = refused("launch", "--tool-call-parser", "qwen9", "--port", "0")
    assert "there is no tool-call parser 'qwen9'; did you mean" in said
    assert "Installed: " in said and "qwen3_coder" in said


def test_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = refused("launch", "--port", str(taken.getsockname()[1]))
    assert "choose another --port" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "99999"], "--port"),
        (["--temperature", "-1"], "--temperature"),
        (["--prot", "1"], "--port"),
        (["--config", "/nowhere.yaml"], "/nowhere.yaml cannot be read"),
    ],
)
def test_wrong_flags(arguments: list[str], said: str) -> None:
    assert said in refused("launch", *arguments)


def test_wrong_variable() -> None:
    assert "MLXS_PORT" in refused("launch", MLXS_PORT="many")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("server: {port: x}\nmodels: [{model_path: a}]", "port: "),
        ("models: [{model_path: a, model_type: lm, temprature: 1}]", "did you mean 'temperature'"),
        ("models: []", "lists no models"),
        ("models: [{}]", "model_path"),
        ("modles: []", "server: and models:"),
        ("a: [", "is no YAML"),
    ],
)
def test_wrong_file(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text)
    assert said in refused("launch", "--config", str(file))


def test_model_flags_do_not_go_with_a_file(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("models: [{model_path: a}]")
    assert "--temperature" in refused("launch", "--config", str(file), "--temperature", "1")
