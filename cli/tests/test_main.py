"""The command itself: its own commands are there whatever else is."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from mlxs_cli.main import main


def run(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == status, result.output
    return result.output


def plugins(*arguments: str) -> set[str]:
    return {plugin["distribution"] for plugin in json.loads(run(*arguments, "plugins", "--json"))}


def test_help_lists_commands_with_their_summaries() -> None:
    assert "Serve a model over HTTP." in run("--help")


def test_bare_has_its_own_commands_and_nothing_else() -> None:
    assert "launch" in run("--bare", "--help")
    assert plugins("--bare") == {"mlxs"}
    assert "mlxs-openai" in plugins()


def test_some_plugins_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLXS_PLUGINS", "demo")
    assert plugins() == {"mlxs", "mlxs-demo"}


def test_an_unknown_command_names_the_nearest() -> None:
    said = run("lunch", status=2)
    assert "there is no command 'lunch'" in said
    assert "did you mean 'launch'?" in said
