"""What the model hears: the log-mel spectrogram of a recording, piece by piece.

Equal to what mlx-whisper computes of the whole at once, without the memory that takes.
"""

from __future__ import annotations

from collections.abc import Generator

import mlx.core as mx
import numpy as np
from mlx_whisper.audio import HOP_LENGTH, N_FFT, N_FRAMES, hanning, mel_filters
from numpy.typing import NDArray

RANGE = 8.0
"""How far below its loudest moment a recording is heard, in powers of ten."""


def spectrogram(samples: NDArray[np.int16], mels: int) -> Generator[None, None, mx.array]:
    """A step each 30 seconds of sound.

    Args:
        samples: 16000 a second.
        mels: Bands of frequency.

    Returns shape (frames, mels), a hundred frames a second, float32.
    """
    edge = N_FFT // 2
    before = np.pad(samples[1 : edge + 1], (0, max(0, edge + 1 - len(samples))))[::-1]
    padded = np.concatenate([before, samples, np.zeros(N_FFT, np.int16)])
    frames = len(samples) // HOP_LENGTH
    total = frames + 2  # two more overlap with the end, and may be the loudest
    pieces = []
    for start in range(0, total, N_FRAMES):
        count = min(N_FRAMES, total - start)
        first = start * HOP_LENGTH
        piece = mx.array(padded[first : first + (count - 1) * HOP_LENGTH + N_FFT].astype(np.float32) / 32768)
        spectrum = mx.fft.rfft(mx.as_strided(piece, (count, N_FFT), (HOP_LENGTH, 1)) * hanning(N_FFT))
        power = spectrum.abs().square() @ mel_filters(mels).T
        pieces.append(mx.maximum(power, 1e-10).log10())
        mx.eval(pieces[-1])
        yield
    heard = mx.concatenate(pieces)
    return ((mx.maximum(heard, heard.max() - RANGE) + 4.0) / 4.0)[:frames]
