"""Tiny models that see, made here, and a loop that drives a backend as the engine does.

Without its library there is nothing to test: then no file of this directory is collected.
"""

from __future__ import annotations

import argparse
import io
import json
import wave
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

collect_ignore_glob = [] if find_spec("mlx_vlm") and find_spec("av") else ["test_*.py"]

SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>")
SPECIAL += ("<|video_pad|>", "<|audio_pad|>")
VOCABULARY = 512
TEMPLATE = """\
{%- macro shown(content) %}{%- if content is string %}{{- content }}{%- else %}{%- for part in content %}
{%- if part.type != 'text' %}{{- '<|vision_start|><|' + part.type + '_pad|><|vision_end|>' }}
{%- else %}{{- part.text }}{%- endif %}{%- endfor %}{%- endif %}{%- endmacro %}
{%- if tools %}{{- '<|im_start|>system\\n' }}{%- for tool in tools %}{{- tool | tojson + '\\n' }}{%- endfor %}
{{- '<tool_call>\\n{"name": ..., "arguments": ...}\\n</tool_call><|im_end|>\\n' }}{%- endif %}
{%- for message in messages %}{{- '<|im_start|>' + message.role + '\\n' + shown(message.content) + '<|im_end|>\\n' }}
{%- endfor %}{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"""
TEXT = {
    "num_hidden_layers": 2,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 32,
    "rms_norm_eps": 1e-6,
    "vocab_size": VOCABULARY,
    "rope_theta": 10000.0,
    "max_position_embeddings": 1024,
    "tie_word_embeddings": False,
}
LOOKS = {"depth": 2, "hidden_size": 64, "out_hidden_size": 64, "num_heads": 2, "in_channels": 3}
LOOKS |= {"temporal_patch_size": 2, "spatial_merge_size": 2}
ARCHITECTURES: dict[str, dict[str, Any]] = {
    "qwen3_vl": {
        "text_config": {
            **TEXT,
            "model_type": "qwen3_vl_text",
            "rope_scaling": {"rope_type": "default", "mrope_section": [6, 5, 5]},
        },
        "vision_config": {
            **LOOKS,
            "model_type": "qwen3_vl",
            "intermediate_size": 96,
            "patch_size": 16,
            "num_position_embeddings": 64,
            "deepstack_visual_indexes": [0],
        },
    },
    "qwen2_5_vl": {
        **TEXT,
        "rope_scaling": {"type": "mrope", "mrope_section": [6, 5, 5]},
        "vision_config": {
            **LOOKS,
            "model_type": "qwen2_5_vl",
            "intermediate_size": 96,
            "patch_size": 14,
            "spatial_patch_size": 14,
            "window_size": 112,
            "fullatt_block_indexes": [1],
        },
    },
}
ARCHITECTURES["gemma3"] = {
    "hidden_size": 64,
    "image_token_index": None,
    "mm_tokens_per_image": 4,
    "text_config": {
        **TEXT,
        "model_type": "gemma3_text",
        "query_pre_attn_scalar": 32,
        "sliding_window": 16,  # every other layer remembers no more
        "sliding_window_pattern": 2,
        "mm_tokens_per_image": 4,
    },
    "vision_config": {
        "model_type": "siglip_vision_model",
        "num_hidden_layers": 1,
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_attention_heads": 2,
        "patch_size": 14,
        "image_size": 56,
    },
}
ARCHITECTURES["gemma4"] = {
    "hidden_size": 64,
    "image_token_id": None,
    "text_config": {
        **TEXT,
        "model_type": "gemma4_text",
        "global_head_dim": 32,
        "num_kv_shared_layers": 0,
        "vocab_size_per_layer_input": VOCABULARY,
        "hidden_size_per_layer_input": 16,
        "sliding_window": 16,
        "sliding_window_pattern": 2,
        "tie_word_embeddings": True,
    },
    "vision_config": {
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "head_dim": 32,
        "global_head_dim": 32,
        "default_output_length": 4,
        "position_embedding_size": 64,
        "pooling_kernel_size": 2,
    },
    "audio_config": {
        "hidden_size": 64,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "subsampling_conv_channels": [8, 8],
        "output_proj_dims": 64,
    },
}
PROCESSORS = {
    "gemma4": {},
    "gemma3": {
        "image_processor_type": "Gemma3ImageProcessor",
        "size": {"height": 56, "width": 56},
        "image_seq_length": 4,
    },
    "qwen3_vl": {"patch_size": 16, "size": {"shortest_edge": 1024, "longest_edge": 16384}},
    "qwen2_5_vl": {"patch_size": 14, "min_pixels": 784, "max_pixels": 12544},
}


SHOWN = "'<|vision_start|><|' + part.type + '_pad|><|vision_end|>'"
OTHER = {
    "gemma3": {"image_seq_length": 4},
    "gemma4": {
        "image_seq_length": 4,
        "image_processor": {"max_soft_tokens": 4, "pooling_kernel_size": 2, "patch_size": 16},
        "feature_extractor": {"feature_extractor_type": "Gemma4AudioFeatureExtractor"},
    },
}
"""What else processors are told."""
SHORT = {"gemma3": "'<|vision_start|>'", "gemma4": "'<|' + part.type + '_pad|>'"}
"""How templates write it whose processors add the rest."""
NAMED = {"image_token": "<|image_pad|>", "boi_token": "<|vision_start|>", "eoi_token": "<|vision_end|>"}
NAMED |= {"audio_token": "<|audio_pad|>", "boa_token": "<|vision_start|>", "eoa_token": "<|vision_end|>"}
NAMED |= {"video_token": "<|video_pad|>"}
"""What some processors ask the tokenizer for."""


def make_tokenizer(directory: Path, kind: str) -> dict[str, int]:
    """A byte-level BPE, trained on a file of the standard library; returns the ids of its special tokens."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

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
    template = TEMPLATE.replace(SHOWN, SHORT[kind]) if kind in SHORT else TEMPLATE
    named = NAMED if kind in SHORT else {}
    written = {**said, "chat_template": template, "extra_special_tokens": named}
    (directory / "tokenizer_config.json").write_text(json.dumps(written))
    return {token.strip("<|>"): tokenizer.token_to_id(token) for token in SPECIAL}


def make_model(directory: Path, kind: str = "qwen3_vl") -> Path:
    """A model with random weights: a directory as mlx-vlm reads it."""
    import mlx.core as mx
    from mlx.utils import tree_flatten

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


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`model("qwen2_5_vl")`: the directory of a tiny model, made once."""
    made: dict[str, Path] = {}

    def make(kind: str = "qwen3_vl") -> Path:
        if kind not in made:
            made[kind] = make_model(tmp_path_factory.mktemp(kind) / "model", kind)
        return made[kind]

    return make


def noise(seed: int, width: int = 64, height: int = 48) -> Any:
    """A picture that is like no other."""
    import numpy as np
    from PIL import Image

    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8))


def png(picture: Any, kind: str = "PNG") -> bytes:
    into = io.BytesIO()
    picture.save(into, kind)
    return into.getvalue()


def uri(file: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{b64encode(file).decode()}"


def wav(pitch: int, seconds: float = 0.5) -> str:
    """A tone, base64."""
    import numpy as np

    into = io.BytesIO()
    with wave.open(into, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        times = np.arange(int(seconds * 16_000)) / 16_000
        file.writeframes((np.sin(times * pitch * 2 * np.pi) * 20_000).astype("<i2").tobytes())
    return b64encode(into.getvalue()).decode()


def film(frames: int, fps: int = 4) -> bytes:
    """A short film of noise."""
    import av
    import numpy as np

    into = io.BytesIO()
    with av.open(into, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(frames):
            picture = np.asarray(noise(number, 8, 8).resize((64, 64)))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return into.getvalue()


@dataclass(eq=False)
class Answer:
    """What came of one request so far."""

    replies: Iterator[Any]
    prompted: Any = None
    pieces: list[Any] = field(default_factory=list)
    done: Any = None

    @property
    def logprobs(self) -> list[tuple[str, float]]:
        return [(told.token, told.logprob) for piece in self.pieces for told in piece.logprobs]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


class Loop:
    """A backend, and the loop that moves its answers on."""

    def __init__(self, path: Path, **options: Any) -> None:
        from mlxs_vision.backend import MultimodalModel
        from mlxs_vision.options import VisionOptions

        self.backend = MultimodalModel(VisionOptions(model_path=str(path), model_type="multimodal", **options))
        self.info = self.backend.load(lambda *_: None)
        self.live: list[Answer] = []

    def ask(self, request: Any) -> Answer:
        from mlxs.requests import ChatRequest

        prepared = self.backend.prepare(request)
        answers = self.backend.chat if isinstance(request, ChatRequest) else self.backend.complete
        self.live.append(answer := Answer(answers(prepared)))
        return answer

    def step(self) -> None:
        from mlxs.backends import Done, Piece, Prompted

        self.backend.advance()
        for answer in [*self.live]:
            match next(answer.replies):
                case Prompted() as prompted:
                    answer.prompted = prompted
                case Piece() as piece:
                    answer.pieces.append(piece)
                case Done() as done:
                    answer.done = done
                    self.cancel(answer)

    def cancel(self, answer: Answer) -> None:
        self.live.remove(answer)
        answer.replies.close()  # type: ignore[attr-defined]

    def run(self, *requests: Any) -> list[Answer]:
        """Answers to requests that begin together, from beginning to end."""
        answers = [self.ask(request) for request in requests]
        while any(answer in self.live for answer in answers):
            self.step()
        return answers


@pytest.fixture(scope="session")
def open_loop(model: Callable[..., Path]) -> Callable[..., Loop]:
    """`open_loop("qwen2_5_vl", prompt_cache_size=0)`: a backend with a tiny model, loaded."""
    return lambda kind="qwen3_vl", **options: Loop(model(kind), **options)


@pytest.fixture
def loop(open_loop: Callable[..., Loop]) -> Loop:
    return open_loop()


def chat(*turns: str | Sequence[Any], **sampling: Any) -> Any:
    """A conversation, user and assistant in turn: texts, or lists of texts and pictures."""
    from mlxs.requests import ChatRequest, ImagePart, Message, SamplingParams, TextPart

    def part(said: Any) -> Any:
        if isinstance(said, str):
            return TextPart(text=said)
        return ImagePart(url=uri(png(said))) if hasattr(said, "save") else said

    roles = ("user", "assistant") * len(turns)
    contents = [turn if isinstance(turn, str) else tuple(map(part, turn)) for turn in turns]
    said = {"temperature": 0.0, "max_tokens": 8, "logprobs": True, **sampling}
    return ChatRequest(
        messages=tuple(Message(role=role, content=content) for role, content in zip(roles, contents, strict=False)),
        sampling=SamplingParams(**said),
    )


@pytest.fixture(name="chat")
def chat_fixture() -> Callable[..., Any]:
    return chat


@pytest.fixture(name="noise")
def noise_fixture() -> Callable[..., Any]:
    return noise


@pytest.fixture(name="files")
def files_fixture() -> Any:
    """Makers of files: `files.png(picture)`, `files.film(8)`, `files.wav(440)` and `files.uri(file)`."""

    class Files:
        png, film, uri, wav = map(staticmethod, (png, film, uri, wav))

    return Files
