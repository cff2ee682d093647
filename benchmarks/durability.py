"""How many completed responses are lost where the server is killed (SIGKILL) while it makes a hundred of them.

A response counts as completed once its client has read the body, or the last event of its stream. The same
server then starts again, and each must be found as it was read.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from launched import launch

RESPONSES = 100
CLIENTS = 16


class Clients:
    """They ask for responses until all are made or the server is gone.

    Args:
        url: The server's.
        enough: Completed responses after which it is to be killed.
    """

    def __init__(self, url: str, enough: int) -> None:
        self.completed: list[dict[str, Any]] = []
        self.killed = 0
        """Responses that the server died over."""
        self.enough = threading.Event()
        self._url = url
        self._enough = enough

    def ask(self, number: int) -> None:
        """Ask for one response; every second is streamed."""
        body = {"input": f"Hello {number}", "max_output_tokens": 8, "stream": bool(number % 2)}
        try:
            answer = httpx.post(f"{self._url}/v1/responses", json=body, timeout=120).raise_for_status()
            response = _streamed(answer.text) if body["stream"] else answer.json()
        except httpx.TransportError:
            response = None
        if response is None:
            self.killed += 1
            return
        self.completed.append(response)
        if len(self.completed) >= self._enough:
            self.enough.set()


def _streamed(text: str) -> dict[str, Any] | None:
    """The response of a stream's last event; None where that never came."""
    events = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]
    over = [event for event in events if event["type"] in ("response.completed", "response.incomplete")]
    return over[0]["response"] if over else None


def killed_after(enough: int, state: str) -> tuple[int, int, int]:
    """How many responses were completed, cut off, and lost."""
    with launch("--state-dir", state) as server:
        clients = Clients(server.url, enough)
        with ThreadPoolExecutor(CLIENTS) as pool:
            asked = [pool.submit(clients.ask, number) for number in range(RESPONSES)]
            while not clients.enough.wait(0.1) and not all(one.done() for one in asked):
                pass
            server.process.kill()
            for one in asked:
                one.result()
    with launch("--state-dir", state) as server:
        found = [httpx.get(f"{server.url}/v1/responses/{one['id']}", timeout=60) for one in clients.completed]
    told = zip(found, clients.completed, strict=True)
    lost = sum(answer.status_code != 200 or answer.json() != one for answer, one in told)
    return len(clients.completed), clients.killed, lost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds, most = parser.parse_args().rounds, 0
    print(f"{'killed after':>12} {'completed':>9} {'cut off':>7} {'lost':>4}")
    for enough in itertools.islice(itertools.cycle((20, 50, 80)), rounds):
        with tempfile.TemporaryDirectory() as state:
            completed, killed, lost = killed_after(enough, state)
        print(f"{enough:>12} {completed:>9} {killed:>7} {lost:>4}", flush=True)
        most = max(most, lost)
    raise SystemExit(1 if most else 0)


if __name__ == "__main__":
    main()
