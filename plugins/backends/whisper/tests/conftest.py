"""Tiny models, sounds, and a loop that drives a backend as the engine does.

Without its library there is nothing to test: then no file of this directory is collected.
"""

from __future__ import annotations

import io
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mlxs.testing.turns import results

collect_ignore_glob = [] if find_spec("mlx_whisper") else ["test_*.py"]

RATE = 16000
SIZES = ("state", "head", "layer")


def make_model(
    directory: Path,
    *,
    vocabulary: int = 51865,
    places: int = 48,
    seed: int = 1,
    spread: float = 3.0,
    sure: float = 8.0,
    dtype: str = "float32",
    bits: int | None = None,
    file: str = "weights.safetensors",
) -> Path:
    """A model with random weights; the library brings the tokenizer.

    Args:
        vocabulary: 51865 knows 99 languages, 51866 a hundred, 51864 English.
        places: Tokens of a text at most, prompt included; half as many are decoded at a time.
        spread: How far the weights are from nought, so that what comes out differs from sound to sound.
        sure: How likely the likeliest tokens are.
    """
    import mlx.core as mx
    import mlx.nn as nn
    from mlx.utils import tree_flatten
    from mlx_whisper.whisper import ModelDimensions, Whisper

    directory.mkdir(parents=True)
    mx.random.seed(seed)
    sizes = {"n_mels": 80, "n_audio_ctx": 1500, "n_vocab": vocabulary, "n_text_ctx": places}
    sizes |= {f"n_{part}_{name}": n for part in ("audio", "text") for name, n in zip(SIZES, (32, 2, 2), strict=True)}
    network = Whisper(ModelDimensions(**sizes), mx.float32)
    weights: dict[str, mx.array] = {}
    for name, array in tree_flatten(network.parameters()):
        if name.endswith("positional_embedding"):
            array = mx.random.normal(array.shape)
        if name == "decoder.ln.weight":
            array = array * sure
        weights[name] = array if name == "alignment_heads" else array * (spread if array.ndim > 1 else 1)
    config: dict[str, Any] = {**sizes, "model_type": "whisper"}
    if bits:
        network.load_weights(list(weights.items()))
        config["quantization"] = {"bits": bits, "group_size": 32}
        nn.quantize(network, **config["quantization"])
        weights = dict(tree_flatten(network.parameters()))
    kept = (mx.uint32, mx.int64, mx.int32)
    weights = {name: w if w.dtype in kept else w.astype(getattr(mx, dtype)) for name, w in weights.items()}
    if file.endswith(".npz"):
        mx.savez(str(directory / file), **weights)
    else:
        mx.save_safetensors(str(directory / file), weights, {"format": "mlx"})
    (directory / "config.json").write_text(json.dumps(config))
    return directory


@pytest.fixture(scope="session")
def sounds() -> Any:
    """What makes sounds, files and requests; tests cannot import this file."""
    return SimpleNamespace(sound=sound, recorded=recorded, asked=asked, rate=RATE)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`model(dtype="float16")`: the directory of a tiny model, made once."""
    made: dict[str, Path] = {}

    def make(**changed: Any) -> Path:
        name = repr(sorted(changed.items()))
        if name not in made:
            made[name] = make_model(tmp_path_factory.mktemp("whisper") / "model", **changed)
        return made[name]

    return make


def sound(seconds: float, seed: int = 0) -> Any:
    """Tones that come and go, with a little noise; int16, 16000 a second."""
    import numpy as np

    random = np.random.default_rng(seed)
    time = np.arange(int(seconds * RATE)) / RATE
    tones = sum(np.sin(2 * np.pi * f * time) * (np.sin(time * f / 90) > 0) for f in random.integers(100, 3000, 4))
    return ((tones * 0.2 + random.normal(size=len(time)) * 0.01) * 20000).astype(np.int16)


CODECS = {
    "wav": "pcm_s16le",
    "mp3": "libmp3lame",
    "ipod": "aac",  # FFmpeg's name for m4a
    "flac": "flac",
    "ogg": "libopus",
    "webm": "libopus",
}


def recorded(samples: Any, kind: str = "wav", rate: int = RATE) -> bytes:
    """A file of a kind that FFmpeg knows."""
    import av

    file = io.BytesIO()
    with av.open(file, "w", format=kind) as container:
        stream = container.add_stream(CODECS[kind], rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler(stream.format, "mono", stream.rate, frame_size=stream.frame_size or 0)
        for part in (*resampler.resample(frame), *resampler.resample(None), None):
            container.mux(stream.encode(part))
    return file.getvalue()


def asked(samples: Any, **more: Any) -> Any:
    """A request to write a sound down."""
    from mlxs.tasks.transcription import TranscriptionRequest

    return TranscriptionRequest(audio=b64encode(recorded(samples)).decode(), **more)


class Loop:
    """A backend, and the loop that moves its answers on."""

    def __init__(self, path: Path, **options: Any) -> None:
        from mlxs_whisper.backend import Whisper
        from mlxs_whisper.options import WhisperOptions

        self.backend = Whisper(WhisperOptions(model_path=str(path), **options))
        self.info = self.backend.load(lambda *_: None)

    def begin(self, request: Any) -> Iterator[Any]:
        """A request under way."""
        return self.backend.transcribe(self.backend.prepare(request))

    def run(self, *requests: Any) -> list[list[Any]]:
        """What comes of requests that begin together."""
        return results(self.backend, map(self.begin, requests))


@pytest.fixture(scope="session")
def loop(model: Callable[..., Path]) -> Callable[..., Loop]:
    """`loop(dtype=..., options={...})`: a backend with a tiny model, loaded."""
    return lambda options=None, **made: Loop(model(**made), **(options or {}))
