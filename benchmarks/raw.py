"""The raw engine, no server: BatchGenerator at each number of streams. Prints tokens a second as JSON."""

from __future__ import annotations

import json
import sys
import time

from mlx_lm import load
from mlx_lm.generate import BatchGenerator


def main(path: str, prompts: str, tokens: int) -> None:
    model, tokenizer = load(path)
    rates = {}
    for streams, texts in json.loads(prompts).items():
        asked = [
            tokenizer.apply_chat_template([{"role": "user", "content": text}], add_generation_prompt=True)
            for text in texts
        ]
        rates[streams] = _run(model, asked, int(streams), tokens)
    print(json.dumps(rates))


def _run(model: object, prompts: list[list[int]], streams: int, tokens: int) -> float:
    generator = BatchGenerator(
        model, max_tokens=tokens, completion_batch_size=streams, prefill_batch_size=min(8, streams)
    )
    begin = time.perf_counter()
    generator.insert(prompts)
    said = finished = 0
    while finished < len(prompts):
        _, replies = generator.next()
        said += len(replies)
        finished += sum(reply.finish_reason is not None for reply in replies)
    rate = said / (time.perf_counter() - begin)
    generator.close()
    return rate


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
