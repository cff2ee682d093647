"""`python -m train.evaluation.same_tokens DIRECTORY`: do transformers and mlx-lm, greedy, write the same tokens?"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import mlx.core as mx
import torch
import transformers
from mlx_lm import load
from mlx_lm.generate import generate_step

from ..data.conversations import conversations

COUNT, LONGEST = 40, 120


def main() -> None:
    asked = parser.parse_args()
    torch.set_num_threads(1)
    model, tokenizer = load(str(asked.directory))[:2]
    other: Any = transformers.AutoModelForCausalLM.from_pretrained(asked.directory, dtype=torch.float32)
    same = tokens = 0
    ends = set(tokenizer.eos_token_ids)
    for prompt in prompts(tokenizer):
        steps = generate_step(mx.array(prompt), model, max_tokens=LONGEST)
        ours = list(until(ends, (int(token) for token, _ in steps)))
        row = torch.tensor([prompt])
        theirs = other.generate(row, attention_mask=torch.ones_like(row), max_new_tokens=LONGEST, do_sample=False)
        wanted = list(until(ends, theirs[0, len(prompt) :].tolist()))
        same += ours == wanted
        tokens += len(wanted)
    print(f"{same} of {COUNT} answers are the same, {tokens} tokens in all")


def prompts(tokenizer: Any) -> Iterator[list[int]]:
    """Prompts as transformers' own tokenizer and renderer make them."""
    maker = conversations(Random(3), held_out=True)
    for _ in range(COUNT):
        sample = maker.sample()
        more: dict[str, Any] = {"enable_thinking": False} if sample.mode == "off" else {}
        more["tools"] = [{"type": "function", "function": tool} for tool in sample.tools] or None
        yield tokenizer.apply_chat_template(sample.messages, add_generation_prompt=True, return_dict=False, **more)


def until(ends: set[int], tokens: Any) -> Iterator[int]:
    for token in tokens:
        if token in ends:
            return
        yield token


parser = argparse.ArgumentParser(prog="python -m train.evaluation.same_tokens", description=__doc__)
parser.add_argument("directory", type=Path, help="Model to compare.")

if __name__ == "__main__":
    main()
