"""README's run line is kept: what it starts answers everything that README asks it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from house import HOUSE
from launched import launch

README = (HOUSE / "README.md").read_text()
PORT_OF_README = "http://127.0.0.1:8000"


def asked(language: str) -> str:
    """The one block of that language that talks to the server."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    (block,) = (block for block in blocks if PORT_OF_README in block)
    return str(block)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with launch() as served:
        yield served.url


def test_the_lines_of_readme_are_there() -> None:
    assert "pip install '.[cpu]' && mlxs launch\n" in README
    assert "pip install '.[cpu,test]' && pytest\n" in README


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_curl(url: str) -> None:
    line = asked("bash").replace(PORT_OF_README, url)
    said = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True).stdout
    assert '"role":"assistant"' in said.replace('": "', '":"')


def test_the_openai_sdk(url: str) -> None:
    program = asked("python").replace(PORT_OF_README, url)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "name='get_weather'" in done.stdout
    assert "Paris" in done.stdout
