"""Qwen 3 in PyTorch, no more of it than training needs.

The names of the weights are those of Hugging Face's `Qwen3ForCausalLM`, so a checkpoint needs no conversion.
https://github.com/huggingface/transformers/blob/main/src/transformers/models/qwen3/modeling_qwen3.py
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Shape:
    """The sizes of a model, under the names that `config.json` gives them."""

    vocab_size: int = 1024
    hidden_size: int = 160
    num_hidden_layers: int = 6
    num_attention_heads: int = 4
    num_key_value_heads: int = 2
    head_dim: int = 32
    intermediate_size: int = 448
    max_position_embeddings: int = 2048
    rope_theta: float = 10_000.0
    rms_norm_eps: float = 1e-6


class Attention(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.width = shape.num_attention_heads, shape.num_key_value_heads, shape.head_dim
        hidden = shape.hidden_size
        self.q_proj = nn.Linear(hidden, self.heads * self.width, bias=False)
        self.k_proj = nn.Linear(hidden, self.kv_heads * self.width, bias=False)
        self.v_proj = nn.Linear(hidden, self.kv_heads * self.width, bias=False)
        self.o_proj = nn.Linear(self.heads * self.width, hidden, bias=False)
        self.q_norm = nn.RMSNorm(self.width, shape.rms_norm_eps)
        self.k_norm = nn.RMSNorm(self.width, shape.rms_norm_eps)

    def forward(self, x: Tensor, rope: tuple[Tensor, Tensor], mask: Tensor) -> Tensor:
        rows, length, _ = x.shape
        q = rotate(self.q_norm(self.q_proj(x).view(rows, length, self.heads, self.width)).transpose(1, 2), rope)
        k = rotate(self.k_norm(self.k_proj(x).view(rows, length, self.kv_heads, self.width)).transpose(1, 2), rope)
        v = self.v_proj(x).view(rows, length, self.kv_heads, self.width).transpose(1, 2)
        groups = self.heads // self.kv_heads
        k, v = k.repeat_interleave(groups, 1), v.repeat_interleave(groups, 1)
        # On a CPU, the backward pass of PyTorch's fused attention takes longer than all the rest of a step.
        scores = (q * self.width**-0.5) @ k.transpose(2, 3) + mask
        mixed = scores.softmax(-1) @ v
        out: Tensor = self.o_proj(mixed.transpose(1, 2).reshape(rows, length, -1))
        return out


class Feedforward(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(shape.hidden_size, shape.intermediate_size, bias=False)
        self.up_proj = nn.Linear(shape.hidden_size, shape.intermediate_size, bias=False)
        self.down_proj = nn.Linear(shape.intermediate_size, shape.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))
        return out


class Layer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.self_attn, self.mlp = Attention(shape), Feedforward(shape)
        self.input_layernorm = nn.RMSNorm(shape.hidden_size, shape.rms_norm_eps)
        self.post_attention_layernorm = nn.RMSNorm(shape.hidden_size, shape.rms_norm_eps)

    def forward(self, x: Tensor, rope: tuple[Tensor, Tensor], mask: Tensor) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), rope, mask)
        out: Tensor = x + self.mlp(self.post_attention_layernorm(x))
        return out


class Decoder(nn.Module):
    """All but the output layer."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embed_tokens = nn.Embedding(shape.vocab_size, shape.hidden_size)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.num_hidden_layers))
        self.norm = nn.RMSNorm(shape.hidden_size, shape.rms_norm_eps)

    def forward(self, tokens: Tensor) -> Tensor:
        """From tokens (rows, length) to the normed hidden states (rows, length, hidden)."""
        x: Tensor = self.embed_tokens(tokens)
        length = tokens.shape[1]
        mask = torch.full((length, length), -math.inf, dtype=x.dtype).triu(1)
        rope = angles(length, self.shape, x.dtype)
        for layer in self.layers:
            x = layer(x, rope, mask)
        out: Tensor = self.norm(x)
        return out


class Qwen3(nn.Module):
    """A decoder whose output layer is its embedding."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape, self.model = shape, Decoder(shape)

    def loss(self, tokens: Tensor, places: Tensor, wanted: Tensor, weights: Tensor) -> Tensor:
        """The weighted mean of the cross-entropy, in nats per token, of what follows at some places.

        Args:
            tokens: (rows, length).
            places: Flat positions in `tokens`.
            wanted: The token that follows at each.
            weights: How much it counts.
        """
        hidden = self.model(tokens).flatten(0, 1)[places]
        logits = F.linear(hidden, self.model.embed_tokens.weight).float()
        return (F.cross_entropy(logits, wanted, reduction="none") * weights).sum() / weights.sum()

    @torch.no_grad()
    def begin(self, generator: torch.Generator) -> None:
        """Weights to begin with: keys like queries, outputs like values, so that attention first looks for its like."""
        hidden = self.shape.hidden_size
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                spread = 0.02 if "embed" in name else hidden**-0.5
                weight.normal_(0, spread, generator=generator)
        groups = self.shape.num_attention_heads // self.shape.num_key_value_heads
        for layer in self.model.layers:
            attention = layer.self_attn
            assert isinstance(attention, Attention)
            heads = attention.q_proj.weight.view(-1, groups, self.shape.head_dim, hidden)
            attention.k_proj.weight.copy_(heads[:, 0].flatten(0, 1))
            mixed = attention.v_proj.weight.view(-1, 1, self.shape.head_dim, hidden).expand(-1, groups, -1, -1)
            attention.o_proj.weight.copy_(mixed.flatten(0, 2).T)


def angles(length: int, shape: Shape, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Cosine and sine, (length, head_dim) each: the first half of a head turns with the second."""
    frequencies = shape.rope_theta ** (-torch.arange(0, shape.head_dim, 2) / shape.head_dim)
    turned = torch.outer(torch.arange(length), frequencies).repeat(1, 2)
    return turned.cos().to(dtype), turned.sin().to(dtype)


def rotate(x: Tensor, rope: tuple[Tensor, Tensor]) -> Tensor:
    first, second = x.chunk(2, -1)
    return x * rope[0] + torch.cat((-second, first), -1) * rope[1]
