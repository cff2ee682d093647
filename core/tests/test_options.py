"""An option is written once; flag beats environment beats YAML beats default."""

from __future__ import annotations

from typing import ClassVar

import pytest
from pydantic import Field

from mlxs.errors import MlxsError
from mlxs.options import Options, ServerOptions, TextModelOptions, settle


class Acme(Options):
    renamed: ClassVar[dict[str, str]] = {"old_size": "size"}

    size: int = Field(1, ge=1)
    names: list[str] = []


def test_default() -> None:
    assert settle(Acme) == Acme(size=1)


def test_file_beats_default() -> None:
    assert settle(Acme, {}, {"size": 2}).size == 2


def test_environment_beats_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLXS_SIZE", "3")
    assert settle(Acme, {}, {"size": 2}).size == 3
    assert settle(Acme, {}, {"size": 2}, environment=False).size == 2


def test_flag_beats_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLXS_SIZE", "3")
    assert settle(Acme, {"size": 4}, {"size": 2}).size == 4


def test_only_what_was_given_counts_as_given() -> None:
    assert settle(TextModelOptions, {"top_k": 5}).model_fields_set == {"top_k"}


def test_keys_from_elsewhere() -> None:
    assert settle(Acme, {}, {"old_size": 5}).size == 5
    assert settle(TextModelOptions, {}, {"default_temperature": 0.5, "max_concurrency": 3}).temperature == 0.5


@pytest.mark.parametrize(
    ("flags", "file", "variable", "said"),
    [
        ({"size": 0}, {}, None, "--size: input should be greater than or equal to 1, not 0"),
        ({}, {"size": 0}, None, "size: input should be greater"),
        ({}, {}, "many", "MLXS_SIZE: .* not 'many'"),
        ({}, {"sise": 2}, None, "there is no option 'sise'; did you mean 'size'"),
        ({}, {"names": "one"}, None, "names: input should be a valid list"),
    ],
)
def test_an_error_names_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, flags: dict[str, object], file: dict[str, object], variable: str | None, said: str
) -> None:
    if variable:
        monkeypatch.setenv("MLXS_SIZE", variable)
    with pytest.raises(MlxsError, match=said):
        settle(Acme, flags, file)


def test_safe_by_default() -> None:
    assert ServerOptions().host == "127.0.0.1"
    assert not TextModelOptions().trust_remote_code
