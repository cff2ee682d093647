"""The example plugins of the documentation, as a stranger has them: built, installed beside mlxs, served with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from house import HOUSE
from launched import launch

EXAMPLES = [HOUSE / "docs/examples/mlxs-example-backend", HOUSE / "docs/examples/mlxs-example-parser"]
CORPUS = """\
How is the weather in Paris?<|thought|>I had better look.<|answer|>Wait. <|call|>get_weather {"city": "Paris"}<|end|>

Who are you? I am a text file."""
TOOLS = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}]


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment with the example plugins in it, and mlxs beside them."""
    place = tmp_path_factory.mktemp("stranger")
    subprocess.run([sys.executable, "-m", "venv", place / "venv"], check=True)
    here, there = (
        sysconfig.get_paths(vars=None if base is None else {"base": str(base), "platbase": str(base)})
        for base in (None, place / "venv")
    )
    beside = "\n".join(f"import site; site.addsitedir({here[kind]!r})" for kind in ("purelib", "platlib"))
    Path(there["purelib"], "beside.pth").write_text(beside)
    python = Path(there["scripts"], "python")
    path = os.pathsep.join([here["scripts"], os.environ["PATH"]])  # where the build backend's own program lies

    def pip(*arguments: str | Path) -> None:
        command = [python, "-m", "pip", *arguments]
        done = subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    pip("wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", place / "wheels", *EXAMPLES)
    pip("install", "--no-index", "--no-deps", *sorted((place / "wheels").glob("*.whl")))
    return python


@pytest.fixture(scope="module")
def client(stranger: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[openai.OpenAI]:
    corpus = tmp_path_factory.mktemp("model") / "corpus.txt"
    corpus.write_text(CORPUS)
    parsers = ["--tool-call-parser", "acme", "--reasoning-parser", "acme"]
    model = ["--model-type", "markov", "--model-path", str(corpus), "--served-model-name", "file", "--temperature", "0"]
    with launch(*model, *parsers, python=stranger) as served:
        yield openai.OpenAI(base_url=f"{served.url}/v1", api_key="none", max_retries=0)


def test_the_plugins_come_from_the_wheels(stranger: Path) -> None:
    for module in ("mlxs_markov.chain", "mlxs_acme.formats"):
        program = f"import {module}; print({module}.__file__)"
        file = subprocess.run([stranger, "-c", program], capture_output=True, text=True, check=True).stdout
        assert file.startswith(str(stranger.parent.parent))


def test_the_plugins_are_listed(stranger: Path) -> None:
    listed = subprocess.run([stranger, "-m", "mlxs_cli", "plugins", "--json"], capture_output=True, check=True).stdout
    offers = {plugin["distribution"]: (plugin["offers"], plugin["trouble"]) for plugin in json.loads(listed)}
    assert offers["mlxs-markov"] == ({"model type": ["markov"]}, [])
    assert offers["mlxs-acme"] == ({"tool-call parser": ["acme"], "reasoning parser": ["acme"]}, [])


def test_a_strange_backend_and_parser_serve_a_tool_call(client: openai.OpenAI) -> None:
    question = [{"role": "user", "content": "How is the weather in Paris?"}]
    choice = client.chat.completions.create(model="file", messages=question, tools=TOOLS).choices[0]
    assert choice.message.reasoning_content == "I had better look."
    assert choice.message.content == "Wait."
    assert choice.finish_reason == "tool_calls"
    (call,) = choice.message.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "Paris"})


def test_a_strange_backend_streams(client: openai.OpenAI) -> None:
    question = [{"role": "user", "content": "Who are you?"}]
    chunks = list(client.chat.completions.create(model="file", messages=question, stream=True))
    said = [chunk.choices[0].delta.content or "" for chunk in chunks]
    assert "".join(said).strip() == "I am a text file."
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_a_strange_backend_has_the_options_and_limits_of_text(client: openai.OpenAI) -> None:
    question = [{"role": "user", "content": "Who are you?"}]
    answer = client.chat.completions.create(model="file", messages=question, stop=[" text"], max_tokens=100)
    assert answer.choices[0].message.content.strip() == "I am a"
    answer = client.chat.completions.create(model="file", messages=question, max_tokens=2)
    assert (answer.choices[0].finish_reason, answer.usage.completion_tokens) == ("length", 2)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_passes_its_own_tests(example: Path, stranger: Path) -> None:
    command = [stranger, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", example / "pyproject.toml"]
    done = subprocess.run([*command, example / "tests"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
