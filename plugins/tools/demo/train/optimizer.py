"""Muon for matrices, AdamW for the rest, on masters in 32 bits of weights in 16.

Muon: https://kellerjordan.github.io/posts/muon/
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import torch
from torch import Tensor, nn

MOMENTUM, STEPS, DECAY = 0.95, 5, 0.01
BETAS, EPSILON = (0.9, 0.98), 1e-8


class Optimizer:
    """Updates the weights of a model.

    Args:
        model: Its weights are of 16 bits; the masters, of 32, are kept here.
        matrices: Learning rate of the matrices inside layers.
        others: Learning rate of embeddings and norms.
    """

    def __init__(self, model: nn.Module, matrices: float, others: float) -> None:
        self.rates = {"muon": matrices, "adam": others}
        self.groups: dict[str, list[tuple[str, Tensor]]] = defaultdict(list)
        for name, weight in model.named_parameters():
            inside = weight.dim() == 2 and "embed" not in name
            self.groups[f"muon {tuple(weight.shape)}" if inside else f"adam {name}"].append((name, weight))
        self.state: dict[str, Any] = {"steps": 0}
        for group, members in self.groups.items():
            master = torch.stack([weight.detach().float() for _, weight in members])
            self.state[group] = {"master": master, "first": torch.zeros_like(master)}
            if group.startswith("adam"):
                self.state[group]["second"] = torch.zeros_like(master)

    @torch.no_grad()
    def step(self, scale: float) -> None:
        """Use the gradients, at a fraction of the learning rates, and forget them."""
        self.state["steps"] += 1
        for group, members in self.groups.items():
            slope = torch.stack([weight.grad for _, weight in members]).float()  # type: ignore[misc]
            kind, state = group.split(" ")[0], self.state[group]
            change = muon(slope, state) if kind == "muon" else adam(slope, state, self.state["steps"])
            rate = self.rates[kind] * scale
            decay = DECAY if slope.dim() == 3 else 0.0
            state["master"].mul_(1 - rate * decay).sub_(change, alpha=rate)
            for (_, weight), master in zip(members, state["master"], strict=True):
                weight.copy_(master)
                weight.grad = None


def muon(slope: Tensor, state: dict[str, Tensor]) -> Tensor:
    """Momentum, made orthogonal: all its singular values become about one. The matrices are (count, rows, columns)."""
    state["first"].lerp_(slope, 1 - MOMENTUM)
    x = slope.lerp(state["first"], MOMENTUM).bfloat16()
    rows, columns = x.shape[1:]
    x = x.mT if rows > columns else x
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(STEPS):
        square = x @ x.mT
        inner = torch.baddbmm(square, square, square, beta=-4.7750, alpha=2.0315)
        x = torch.baddbmm(x, inner, x, beta=3.4445)
    x = x.mT if rows > columns else x
    larger: float = max(1.0, rows / columns) ** 0.5
    return x.float() * larger


def adam(slope: Tensor, state: dict[str, Tensor], steps: int) -> Tensor:
    state["first"].lerp_(slope, 1 - BETAS[0])
    state["second"].lerp_(slope.square(), 1 - BETAS[1])
    first, second = (state[name] / (1 - beta**steps) for name, beta in zip(("first", "second"), BETAS, strict=True))
    return first / (second.sqrt() + EPSILON)
