"""`python -m train.evaluation DIRECTORY`: serve the model with mlxs, ask it all the cases, and count what is right."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from rich.progress import track

from .cases import Case, cases

AT_ONCE = 8


def main() -> None:
    asked = parser.parse_args()
    report: dict[str, Any] = {}
    with served(asked.directory) as url, httpx.Client(base_url=url, timeout=600) as client:
        for name, wanted in cases(asked.count):
            if asked.only in name:
                report[name] = judged(name, wanted, client)
                print(f"{name:25} {report[name]['figures']}", flush=True)
    if asked.report:
        asked.report.write_text(json.dumps(report, indent=1, ensure_ascii=False))


def judged(name: str, wanted: list[Case], client: httpx.Client) -> dict[str, Any]:
    """How many answers are right, and all those that are wrong."""
    with ThreadPoolExecutor(AT_ONCE) as at_once:
        answers = at_once.map(lambda case: ask(client, case), wanted)
        said = list(track(answers, description=f"{name:25}", total=len(wanted)))
    right = [case.right(message) for case, message in zip(wanted, said, strict=True)]
    figures = f"{sum(right) / len(right):6.1%} of {len(right)}"
    for thinks, word in ((True, "thinking"), (False, "not thinking")):
        some = [fine for case, fine in zip(wanted, right, strict=True) if case.body["enable_thinking"] == thinks]
        figures += f", {sum(some) / max(1, len(some)):.1%} of {len(some)} {word}"
    wrong = [
        {"body": case.body, "calls": case.calls, "answer": case.answer, "said": message}
        for case, message, fine in zip(wanted, said, right, strict=True)
        if not fine
    ]
    return {"figures": figures.strip(), "wrong": wrong}


def ask(client: httpx.Client, case: Case) -> dict[str, Any]:
    answer = client.post("/v1/chat/completions", json=case.body)
    answer.raise_for_status()
    message: dict[str, Any] = answer.json()["choices"][0]["message"]
    return message


@contextmanager
def served(directory: Path) -> Iterator[str]:
    """The URL of a server with that model, which runs as long as the block."""
    command = [sys.executable, "-m", "mlxs_cli", "launch", "--port", "0", "--log-level", "warning"]
    command += ["--model-path", str(directory)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            for line in process.stdout:
                if found := re.match(r"try: curl (http://[^/ ]+)", line):
                    yield found[1]
                    return
            raise SystemExit("the server did not start")
        finally:
            process.terminate()


parser = argparse.ArgumentParser(prog="python -m train.evaluation", description=__doc__)
parser.add_argument("directory", type=Path, help="Model to evaluate.")
parser.add_argument("--count", type=int, default=300, help="Cases of each set. [300]")
parser.add_argument("--only", default="", help="Only the sets whose names have this in them.")
parser.add_argument("--report", type=Path, help="JSON file to write the figures and all that was wrong to.")

if __name__ == "__main__":
    main()
