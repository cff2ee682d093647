"""A random-weight Qwen3 that is all overhead: it never ends by itself, so every request runs to max_tokens."""

from __future__ import annotations

import json
import sys
import sysconfig
from pathlib import Path
from typing import Any

CHATML = (
    "{%- for message in messages %}"
    "{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
SIZES: dict[str, dict[str, int]] = {
    "nano": {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 32,
    },
    "small": {
        "hidden_size": 256,
        "intermediate_size": 768,
        "num_hidden_layers": 6,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 64,
    },
}


def make(directory: Path, size: str = "nano", vocabulary: int = 1024) -> Path:
    """Write the model into a directory; returns it."""
    import mlx.core as mx
    from mlx.utils import tree_flatten, tree_map
    from mlx_lm.models import qwen3
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

    directory.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(SPECIAL),
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    texts = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))[:80]
    tokenizer.train([str(text) for text in texts], trainer)
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    tokenizer.save(str(directory / "tokenizer.json"))
    end = tokenizer.token_to_id("<|im_end|>")
    config: dict[str, Any] = {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "vocab_size": vocabulary,
        "eos_token_id": end,
        "max_position_embeddings": 40960,
        "rms_norm_eps": 1e-6,
        "rope_theta": 1e6,
        "tie_word_embeddings": False,
        **SIZES[size],
    }
    (directory / "config.json").write_text(json.dumps(config))
    tokenizer_config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": "<|im_end|>",
        "chat_template": CHATML,
        "model_max_length": 40960,
    }
    (directory / "tokenizer_config.json").write_text(json.dumps(tokenizer_config))

    mx.random.seed(0)
    model = qwen3.Model(qwen3.ModelArgs.from_dict(config))
    model.update(tree_map(lambda p: mx.random.normal(p.shape) * 0.05 if p.ndim > 1 else p, model.parameters()))
    silent = [i for i in range(vocabulary) if not _speaks(tokenizer.decode([i], skip_special_tokens=False))]
    model.lm_head.weight[mx.array(silent)] = 0.0  # the largest of many random logits is never 0
    mx.eval(model.parameters())
    mx.save_safetensors(str(directory / "model.safetensors"), dict(tree_flatten(model.parameters())))
    return directory


def _speaks(token: str) -> bool:
    return bool(token.strip()) and token.isascii() and "\n" not in token and token not in SPECIAL


if __name__ == "__main__":
    make(Path(sys.argv[1]), *sys.argv[2:])
