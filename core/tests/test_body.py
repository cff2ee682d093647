"""JSON that cannot be passed on is refused when it is read."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mlxs.plugins import Plugins
from mlxs.testing.serving import Served, serving


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving({}, plugins=Plugins()) as served:
        yield served


def parse(served: Served, extra: str) -> httpx.Response:
    body = f'{{"text": "hi", "tools": [{{"name": "f", "parameters": {{"default": {extra}}}}}]}}'
    return httpx.post(served.url + "/v1/parse", content=body, headers={"content-type": "application/json"})


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ("NaN", "unexpected character"),
        ('"\\ud800"', "surrogate"),
        ("[" * 250 + "]" * 250, "nested too deeply"),
        ("[" * 5000 + "]" * 5000, "depth"),
    ],
    ids=["NaN", "half a surrogate pair", "deep", "deeper"],
)
def test_what_no_model_could_be_given(served: Served, extra: str, said: str) -> None:
    answer = parse(served, extra)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_json"
    assert said in answer.json()["error"]["message"]


def test_large_numbers_and_deep_values_are_read(served: Served) -> None:
    for extra in (str(10**40), "[" * 200 + "]" * 200):
        assert parse(served, extra).status_code == 200
