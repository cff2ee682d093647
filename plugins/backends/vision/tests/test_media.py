"""Files are shown as what they are: as bright, as long and as fast."""

from __future__ import annotations

import io
import struct
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from mlxs.errors import BadRequest
from mlxs.requests import AudioPart, ImagePart, VideoPart
from mlxs_vision.media import media
from mlxs_vision.options import VisionOptions

GREY = np.tile(np.arange(64, dtype=np.uint16) * 4, (48, 1))


def seen(part, **options):
    shown = media([(part, "here")], rate=16_000, options=VisionOptions(**options))
    (one,) = (*shown.images, *shown.sounds, *shown.films)
    return one.what


def picture(files, pixels, kind):
    into = io.BytesIO()
    Image.fromarray(pixels).save(into, kind)
    return ImagePart(url=files.uri(into.getvalue()))


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_grey_of_sixteen_bits_is_as_bright_as_that_of_eight(files, kind):
    looked = np.asarray(seen(picture(files, GREY * 257, kind)))
    assert looked.shape == (48, 64, 3) and (looked == GREY[..., None]).all()


@pytest.mark.parametrize("pixels", [GREY.astype(np.float32), GREY.astype(np.int32)], ids=["floats", "integers"])
def test_pictures_without_a_known_white_are_refused(files, pixels):
    with pytest.raises(BadRequest, match="here.image_url: nobody knows what is white.*send one of 8 or 16 bits"):
        seen(picture(files, pixels, "TIFF"))


@pytest.mark.parametrize(
    ("frames", "fps", "most", "shown", "rate"),
    [(32, 8, 64, 8, 2.0), (8, 1, 64, 8, 1.0), (64, 8, 9, 8, 1.0), (1, 8, 64, 2, 2.0)],
    ids=["faster than shown", "slower", "thinned out", "a single frame"],
)
def test_a_film_is_as_fast_as_it_is(files, frames, fps, most, shown, rate):
    film = seen(VideoPart(url=files.uri(files.film(frames, fps), "video/mp4")), max_video_frames=most)
    assert len(film.frames) == shown and film.fps == pytest.approx(rate)


IDENTITY = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
QUARTER = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
"""Of a track's header, ISO/IEC 14496-12, section 8.3.2: to be shown as it is, and a quarter to the right."""


def test_a_film_that_was_shot_sideways_is_set_upright(files):
    file = files.film(4)
    header = file.index(b"tkhd")
    at = file.index(IDENTITY, header)
    turned = file[:at] + QUARTER + file[at + len(QUARTER) :]
    upright, right = (seen(VideoPart(url=files.uri(one, "video/mp4"))).frames for one in (file, turned))
    assert (right == np.rot90(upright, -1, axes=(2, 3))).all() and (right != upright).any()


def test_a_film_may_change_its_size(files):
    into = io.BytesIO()
    with av.open(into, "w", format="matroska") as container:
        stream = container.add_stream("mjpeg", rate=2)
        for number, side in enumerate((64, 64, 96, 32)):
            codec = av.CodecContext.create("mjpeg", "w")
            codec.width, codec.height, codec.pix_fmt, codec.time_base = side, side, "yuvj420p", Fraction(1, 2)
            if not number:
                stream.width, stream.height, stream.pix_fmt = side, side, "yuvj420p"
            for packet in codec.encode(av.VideoFrame.from_image(files.noise(number, side, side))):
                packet.stream, packet.pts, packet.dts = stream, number, number
                packet.time_base = codec.time_base
                container.mux(packet)
    film = seen(VideoPart(url=files.uri(into.getvalue(), "video/x-matroska")))
    assert film.frames.shape == (4, 3, 64, 64)


def test_a_film_that_nobody_can_decode_is_refused(files):
    file = files.film(4).replace(b"mp4v", b"none").replace(b"esds", b"free")
    with pytest.raises(BadRequest, match="here.video_url: nobody here knows how the film is encoded"):
        seen(VideoPart(url=files.uri(file, "video/mp4")))


def test_a_sound_of_next_to_nothing_is_refused(open_loop, chat, files):
    part = AudioPart(data=files.wav(440, seconds=0.09))
    with pytest.raises(BadRequest, match=r"input_audio: the sound is shorter than 0.1 seconds; send more of it"):
        seen(part)
    (answer,) = open_loop("gemma4").run(chat([AudioPart(data=files.wav(440, seconds=0.1)), "what?"]))
    assert answer.done
