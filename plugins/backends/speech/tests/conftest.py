"""Tiny models that speak and listen, and a loop that drives a backend as the engine does.

Without its library there is nothing to test: then no file of this directory is collected.
"""

from __future__ import annotations

import argparse
import io
import json
import wave
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mlxs.testing.turns import results

collect_ignore_glob = [] if find_spec("mlx_audio") else ["test_*.py"]

RATE = 16000
SOPRANO = {
    "model_type": "soprano",
    "architectures": ["Qwen3ForCausalLM"],
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "intermediate_size": 64,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 32,
    "vocab_size": 512,
    "rms_norm_eps": 1e-6,
    "rope_theta": 10000.0,
    "max_position_embeddings": 2048,
    "tie_word_embeddings": False,
    "sample_rate": 32000,
    "eos_token_id": 508,
}
PIECES = [f"▁{letter}{vowel}" for letter in "bdgkmnprst" for vowel in "aeiou"] + list("abcdefgh") + ["."]
PARAKEET = {
    "target": "nemo.collections.asr.models.ctc_bpe_models.EncDecCTCModelBPE",
    "preprocessor": {
        "sample_rate": RATE,
        "normalize": "per_feature",
        "window_size": 0.025,
        "window_stride": 0.01,
        "window": "hann",
        "features": 80,
        "n_fft": 512,
        "dither": 0.0,
    },
    "encoder": {
        "feat_in": 80,
        "n_layers": 1,
        "d_model": 32,
        "n_heads": 2,
        "ff_expansion_factor": 2,
        "subsampling_factor": 8,
        "self_attention_model": "rel_pos",
        "subsampling": "dw_striding",
        "conv_kernel_size": 9,
        "subsampling_conv_channels": 16,
        "pos_emb_max_len": 5000,
    },
    "decoder": {"feat_in": 32, "num_classes": len(PIECES), "vocabulary": PIECES},
    "decoding": {"greedy": None},
}


def make_soprano(directory: Path) -> Path:
    """A model that speaks noise; all of it is in its directory."""
    import mlx.core as mx
    from mlx_audio.tts.models.soprano.soprano import Model, ModelConfig
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer: Any = trainers.BpeTrainer(vocab_size=508, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train([argparse.__file__], trainer)
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in ("[STOP]", "[TEXT]", "[START]", "[PAD]")])
    directory.mkdir(parents=True)
    tokenizer.save(str(directory / "tokenizer.json"))
    spoken = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "[STOP]", "pad_token": "[PAD]"}
    (directory / "tokenizer_config.json").write_text(json.dumps(spoken))
    mx.random.seed(0)
    _save(directory, Model(ModelConfig.from_dict({**SOPRANO, "model_path": str(directory)})), SOPRANO)
    return directory


def make_parakeet(directory: Path) -> Path:
    """A model that hears syllables in anything."""
    import mlx.core as mx
    from mlx_audio.stt.models.parakeet.parakeet import Model, ModelConfig

    directory.mkdir(parents=True)
    mx.random.seed(0)
    _save(directory, Model(ModelConfig.from_dict(PARAKEET)), PARAKEET)
    return directory


def _save(directory: Path, network: Any, config: dict[str, Any]) -> None:
    import mlx.core as mx
    from mlx.utils import tree_flatten

    weights = {
        name: array if array.ndim < 2 else mx.random.normal(array.shape) * 0.2
        for name, array in tree_flatten(network.parameters())
    }
    mx.save_safetensors(str(directory / "model.safetensors"), weights, {"format": "mlx"})
    (directory / "config.json").write_text(json.dumps(config))


@pytest.fixture(scope="session")
def speaks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_soprano(tmp_path_factory.mktemp("tts") / "soprano")


@pytest.fixture(scope="session")
def writes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_parakeet(tmp_path_factory.mktemp("stt") / "parakeet")


def sound(seconds: float, seed: int = 0) -> Any:
    """Noise that comes and goes; int16, 16000 a second."""
    import numpy as np

    random = np.random.default_rng(seed)
    time = np.arange(int(seconds * RATE)) / RATE
    tones = sum(np.sin(2 * np.pi * f * time) * (np.sin(time * f / 90) > 0) for f in random.integers(100, 3000, 4))
    return ((tones * 0.2 + random.normal(size=len(time)) * 0.01) * 20000).astype(np.int16)


def recorded(samples: Any) -> bytes:
    """A wav file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, RATE, 0, "NONE", ""))
        writer.writeframes(samples.tobytes())
    return file.getvalue()


def played(file: bytes) -> tuple[Any, int]:
    """A file's samples, and how many there are in a second, as FFmpeg's libraries read it."""
    import av
    import numpy as np

    with av.open(io.BytesIO(file)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono")
        frames = [f for frame in container.decode(audio=0) for f in resampler.resample(frame)]
        rate = container.streams.audio[0].rate
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]), rate


@pytest.fixture(scope="session")
def sounds() -> Any:
    """What makes and reads sounds; tests cannot import this file."""
    return SimpleNamespace(sound=sound, recorded=recorded, played=played, rate=RATE)


class Loop:
    """A backend, and the loop that moves its answers on."""

    def __init__(self, path: Path, **options: Any) -> None:
        from mlxs_speech.backend import Speech
        from mlxs_speech.options import SpeechOptions

        self.backend = Speech(SpeechOptions(model_path=str(path), **options))
        self.info = self.backend.load(lambda *_: None)

    def begin(self, request: Any) -> Iterator[Any]:
        """A request under way."""
        prepared = self.backend.prepare(request)
        return self.backend.speak(prepared) if hasattr(request, "text") else self.backend.transcribe(prepared)

    def run(self, *requests: Any) -> list[list[Any]]:
        """What comes of requests that begin together."""
        return results(self.backend, map(self.begin, requests))

    def say(self, text: str, **asked: Any) -> bytes:
        """The file that speaks a text."""
        from mlxs.tasks.speech import SpeechRequest

        (said,) = self.run(SpeechRequest(text=text, **asked))
        return b"".join(b64decode(one.data) for one in said)

    def hear(self, samples: Any, **asked: Any) -> list[Any]:
        """What is heard in a sound."""
        from mlxs.tasks.transcription import TranscriptionRequest

        (said,) = self.run(TranscriptionRequest(audio=b64encode(recorded(samples)).decode(), **asked))
        return said


@pytest.fixture(scope="session")
def loop() -> Callable[..., Loop]:
    """`loop(directory, temperature=0)`: a backend with a model, loaded."""
    return Loop
