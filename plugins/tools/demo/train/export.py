"""The trained model as a directory that mlx-lm, transformers and mlxs read."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from safetensors.torch import save
from tokenizers import Tokenizer

from .data.render import TEMPLATE
from .model import Qwen3, Shape
from .tokenizer import END, PAD, SPECIAL


def export(model: Qwen3, tokenizer: Tokenizer, place: Path) -> None:
    """Write weights, configuration, tokenizer and chat template into a directory."""
    place.mkdir(parents=True, exist_ok=True)
    weights = {name: weight.contiguous() for name, weight in model.state_dict().items()}
    (place / "model.safetensors").write_bytes(save(weights, metadata={"format": "pt"}))
    _write(place / "config.json", config(model.shape))
    greedy = {"eos_token_id": [END, PAD], "pad_token_id": PAD, "do_sample": False, "temperature": 0.0}
    _write(place / "generation_config.json", greedy)
    _write(place / "tokenizer_config.json", tokenizer_config(model.shape, tokenizer))
    (place / "tokenizer.json").write_text(tokenizer.to_str())
    shutil.copyfile(TEMPLATE, place / "chat_template.jinja")


def config(shape: Shape) -> dict[str, Any]:
    """As transformers and mlx-lm read it."""
    return {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        **asdict(shape),
        "rope_scaling": None,
        "tie_word_embeddings": True,
        "attention_bias": False,
        "attention_dropout": 0.0,
        "hidden_act": "silu",
        "use_cache": True,
        "use_sliding_window": False,
        "sliding_window": None,
        "max_window_layers": shape.num_hidden_layers,
        "initializer_range": 0.02,
        "torch_dtype": "bfloat16",
        "bos_token_id": PAD,
        "eos_token_id": END,
        "pad_token_id": PAD,
    }


def tokenizer_config(shape: Shape, tokenizer: Tokenizer) -> dict[str, Any]:
    added = {
        str(number): {
            "content": token.content,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "single_word": False,
            "special": token.special,
        }
        for number, token in sorted(tokenizer.get_added_tokens_decoder().items())
    }
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": shape.max_position_embeddings,
        "eos_token": SPECIAL[END],
        "pad_token": SPECIAL[PAD],
        "unk_token": None,
        "bos_token": None,
        "clean_up_tokenization_spaces": False,
        "add_bos_token": False,
        "added_tokens_decoder": added,
    }


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, indent=1) + "\n")
