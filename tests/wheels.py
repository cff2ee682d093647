"""Wheels and environments made on the spot, without a network and in no time."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import ZipFile

TAG = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def wheel(
    place: Path, name: str, version: str, code: str, *, requires: Sequence[str] = (), plugin: bool = False
) -> Path:
    """A wheel of one module, named like the distribution; as a plugin with an entry point that names it.

    https://packaging.python.org/specifications/binary-distribution-format
    """
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {line}\n" for line in requires)
    files = {
        f"{module}.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": TAG,
        **({f"{info}/entry_points.txt": f"[mlxs.v1]\n{module} = {module}\n"} if plugin else {}),
    }
    return _packed(place / f"{module}-{version}-py3-none-any.whl", info, files)


def _packed(file: Path, info: str, files: Mapping[str, str]) -> Path:
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with ZipFile(file, "w") as packed:
        for name, content in {**files, f"{info}/RECORD": record}.items():
            packed.writestr(name, content)
    return file


def environment(place: Path, *, beside: bool = True) -> Path:
    """The interpreter of a new environment without pip; `beside` it, all that is installed here."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    here, there = (
        sysconfig.get_paths(vars=None if base is None else {"base": str(base), "platbase": str(base)})
        for base in (None, place)
    )
    if beside:
        lines = [f"import site; site.addsitedir({here[kind]!r})" for kind in ("purelib", "platlib")]
        Path(there["purelib"], "beside.pth").write_text("\n".join(lines))
    return Path(there["scripts"], "python")


def pip(python: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run pip for an environment, on the wheels that lie there and nothing else."""
    command = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", *arguments]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True)
