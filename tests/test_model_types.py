"""Model types as README lists them, as their plugins say they are, and as this version has heard of them."""

from __future__ import annotations

import re
import runpy
from configparser import ConfigParser
from typing import Any

import httpx
import pytest
from house import DEFAULT, HOUSE, MEMBERS, Member

from mlxs.backends import CAPABILITIES
from mlxs.catalog import known, recognised
from mlxs.specs import BackendSpec
from mlxs.testing.serving import serving

BACKENDS = [member for member in MEMBERS if member.kind == "backends"]

ENDPOINTS = {
    "chat": ("/v1/chat/completions", "/v1/responses", "/v1/messages"),
    "completion": ("/v1/completions",),
    "tokens": ("/v1/tokenize", "/v1/render"),
    "embedding": ("/v1/embeddings",),
    "rerank": ("/v1/rerank", "/v1/score"),
    "image": ("/v1/images/generations",),
    "image-edit": ("/v1/images/edits", "/v1/images/variations"),
    "transcription": ("/v1/audio/transcriptions", "/v1/audio/translations"),
    "speech": ("/v1/audio/speech",),
}
"""Where each capability is asked for."""


def specs(member: Member) -> list[BackendSpec]:
    """What a plugin offers, whether its library is installed or not: its hooks import nothing of it."""
    hooks: dict[str, Any] = runpy.run_path(str(member.package / "__init__.py"))
    return list(hooks["mlxs_backends"]())


def row(member: Member, spec: BackendSpec) -> str:
    """The row of README's matrix."""
    names = " ".join(f"`{name}`" for name in (spec.name, *spec.aliases))
    endpoints = " ".join(f"`{endpoint}`" for each in spec.capabilities for endpoint in ENDPOINTS[each])
    extra = "cpu" if member in DEFAULT else f"cpu,{member.name.removeprefix('mlxs-')}"
    plugin = f"[{member.name}]({member.place.relative_to(HOUSE)})"
    return f"| {names} | {endpoints} | {plugin} | `pip install '.[{extra}]'` |"


def test_the_matrix_of_readme() -> None:
    (matrix,) = re.findall(r"^\| model type \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", (HOUSE / "README.md").read_text(), re.M)
    assert sorted(matrix.splitlines()) == sorted(row(member, spec) for member in BACKENDS for spec in specs(member))


def test_the_endpoints_of_the_matrix_are_there() -> None:
    assert set(ENDPOINTS) == set(CAPABILITIES)
    with serving() as served:
        paths = httpx.get(f"{served.url}/openapi.json").json()["paths"]
    assert [path for endpoints in ENDPOINTS.values() for path in endpoints if path not in paths] == []


@pytest.mark.parametrize("member", BACKENDS, ids=lambda member: member.name)
def test_what_is_known_of_a_plugin_that_is_missing_is_what_it_says_itself(member: Member) -> None:
    for spec in specs(member):
        assert {known("backend").get(name) for name in (spec.name, *spec.aliases)} == {member.name}
        assert recognised()[spec.name] == spec.recognises


def test_every_known_model_type_has_a_plugin() -> None:
    names = {name for member in BACKENDS for spec in specs(member) for name in (spec.name, *spec.aliases)}
    assert set(known("backend")) == names
    assert set(recognised()) <= names


@pytest.mark.parametrize("member", BACKENDS, ids=lambda member: member.name)
def test_every_backend_is_tried_alone(member: Member) -> None:
    tox = ConfigParser()
    tox.read(HOUSE / "tox.ini")
    alone = tox[f"testenv:alone-{member.place.name}"]
    assert f"plugins/backends/{member.place.name}" in alone["commands_pre"]
    assert alone["commands"].startswith(f"pytest plugins/backends/{member.place.name} ")
