"""Tiny models that see, with random weights, as mlx-vlm reads them."""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from pathlib import Path

import mlx.core as mx
from mlx.utils import tree_flatten
from tiny_networks import ARCHITECTURES, NAMED, OTHER, PROCESSORS, SHORT, SHOWN, SPECIAL, TEMPLATE, VOCABULARY
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers


def make_tokenizer(directory: Path, kind: str) -> dict[str, int]:
    """A byte-level BPE, trained on a file of the standard library; returns the ids of its special tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    size = VOCABULARY - len(SPECIAL) - 2
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train([argparse.__file__], trainer)
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL])
    tokenizer.add_tokens([AddedToken(token, normalized=False) for token in ("<tool_call>", "</tool_call>")])
    tokenizer.save(str(directory / "tokenizer.json"))
    said = {"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
    said["bos_token"] = "<|im_start|>"
    template = TEMPLATE.replace(SHOWN, SHORT[kind]) if kind in SHORT else TEMPLATE
    named = NAMED if kind in SHORT else {}
    written = {**said, "chat_template": template, "extra_special_tokens": named}
    (directory / "tokenizer_config.json").write_text(json.dumps(written))
    return {token.strip("<|>"): tokenizer.token_to_id(token) for token in SPECIAL}


def make_model(directory: Path, kind: str = "qwen3_vl") -> Path:
    """A model with random weights: a directory as mlx-vlm reads it."""
    directory.mkdir(parents=True)
    ids = make_tokenizer(directory, kind)
    config = {
        "model_type": kind,
        "image_token_id": ids["image_pad"],
        "video_token_id": ids["video_pad"],
        "audio_token_id": ids["audio_pad"],
        "vision_start_token_id": ids["vision_start"],
        "vision_end_token_id": ids["vision_end"],
        "eos_token_id": ids["im_end"],
        "vocab_size": VOCABULARY,
        **ARCHITECTURES[kind],
    }
    config |= {name: ids["image_pad"] for name in ("image_token_index", "image_token_id") if name in config}
    (directory / "config.json").write_text(json.dumps(config))
    processor = {"temporal_patch_size": 2, "merge_size": 2, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    processor |= {"processor_class": f"{kind}Processor", "image_processor_type": "Qwen2VLImageProcessor"}
    (directory / "preprocessor_config.json").write_text(json.dumps({**processor, **PROCESSORS[kind]}))
    (directory / "processor_config.json").write_text(json.dumps(OTHER.get(kind, {})))
    module = import_module(f"mlx_vlm.models.{kind}")
    made = module.ModelConfig.from_dict(config)
    for name, part in ("vision_config", "VisionConfig"), ("text_config", "TextConfig"), ("audio_config", "AudioConfig"):
        if isinstance(getattr(made, name, None), dict):
            setattr(made, name, getattr(module, part).from_dict(getattr(made, name)))
    mx.random.seed(0)
    weights = dict(tree_flatten(module.Model(made).parameters()))
    spread = {name: weight * (3 if weight.ndim > 1 else 1) for name, weight in weights.items()}
    mx.save_safetensors(str(directory / "model.safetensors"), spread, {"format": "mlx"})
    return directory
