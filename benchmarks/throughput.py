"""Tokens a second of the server at 1, 8 and 32 streams, as a ratio to the raw BatchGenerator in the same run."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
from tiny import SIZES, make

STREAMS = (1, 8, 32)
PORT = 8765


def prompts(seed: int) -> dict[str, list[str]]:
    """About 200 tokens each, no two with a common beginning."""
    source = Path(argparse.__file__).read_text()
    draw = random.Random(seed)

    def prompt() -> str:
        at = draw.randrange(20_000)
        return f"{draw.randrange(10**9)}: {source[at : at + 560]}"

    return {str(streams): [prompt() for _ in range(max(4, 2 * streams if streams < 32 else 32))] for streams in STREAMS}


@contextmanager
def server(model: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "mlxs_cli", "launch", "--model-path", str(model), "--port", str(PORT)]
    process = subprocess.Popen([*command, "--log-level", "error", "--temperature", "0"], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if b"try: curl" in line:
                break
        yield f"http://127.0.0.1:{PORT}/v1/chat/completions"
    finally:
        process.terminate()
        process.wait()


async def ask(session: aiohttp.ClientSession, url: str, text: str, tokens: int, *, stream: bool) -> int:
    body = {"messages": [{"role": "user", "content": text}], "max_tokens": tokens, "temperature": 0, "stream": stream}
    if stream:
        body["stream_options"] = {"include_usage": True}
    async with session.post(url, json=body) as answer:
        answer.raise_for_status()
        if not stream:
            return int((await answer.json())["usage"]["completion_tokens"])
        last = b""
        async for chunk in answer.content.iter_any():
            last = (last + chunk)[-4096:]
    usage = [line for line in last.split(b"\n") if b'"usage":' in line][-1]
    return int(json.loads(usage.removeprefix(b"data: "))["usage"]["completion_tokens"])


async def client(session: aiohttp.ClientSession, url: str, queue: list[str], tokens: int, *, stream: bool) -> int:
    """One of several that empty the queue together; returns how many tokens it was told."""
    said = 0
    while queue:
        said += await ask(session, url, queue.pop(), tokens, stream=stream)
    return said


async def measure(url: str, texts: dict[str, list[str]], tokens: int, *, stream: bool) -> dict[str, float]:
    rates = {}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await ask(session, url, "warm up", 8, stream=stream)
        for streams, queue in texts.items():
            begin = time.perf_counter()
            said = await asyncio.gather(
                *(client(session, url, queue, tokens, stream=stream) for _ in range(int(streams)))
            )
            rates[streams] = sum(said) / (time.perf_counter() - begin)
    return rates


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", choices=SIZES, default="nano")
    arguments.add_argument("--tokens", type=int, default=128)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--model", type=Path, help="A model to use in place of the one made.")
    said = arguments.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        model = said.model or make(Path(directory) / said.size, said.size)
        rows: list[dict[str, dict[str, float]]] = []
        for round in range(said.rounds):
            texts = prompts(round)
            raw = subprocess.run(
                [sys.executable, Path(__file__).with_name("raw.py"), model, json.dumps(texts), str(said.tokens)],
                stdout=subprocess.PIPE,
                check=True,
            )
            with server(model) as url:
                streamed = asyncio.run(measure(url, texts, said.tokens, stream=True))
                plain = asyncio.run(measure(url, prompts(1000 + round), said.tokens, stream=False))
            rows.append({"raw": json.loads(raw.stdout), "stream": streamed, "plain": plain})
            print(json.dumps(rows[-1]), file=sys.stderr)
    print(f"{'streams':>8} {'raw tok/s':>10} {'stream':>8} {'plain':>8}   (medians of {said.rounds}; ratios to raw)")
    for streams in map(str, STREAMS):
        rates = [row["raw"][streams] for row in rows]
        ratios = [
            statistics.median(row[kind][streams] / row["raw"][streams] for row in rows) for kind in ("stream", "plain")
        ]
        print(f"{streams:>8} {statistics.median(rates):10.0f} {ratios[0]:8.2f} {ratios[1]:8.2f}")


if __name__ == "__main__":
    main()
