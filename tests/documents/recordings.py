"""Recordings for tests: a voice that reads a text aloud, in every container that we hear."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

RATE = 16_000
Sound = NDArray[np.int16]
FORMATS = {
    "wav": ("wav", "pcm_s16le", RATE),
    "mp3": ("mp3", "libmp3lame", RATE),
    "m4a": ("ipod", "aac", RATE),
    "ogg": ("ogg", "libopus", 48_000),
    "flac": ("flac", "flac", RATE),
    "mp4": ("mp4", "aac", RATE),
    "webm": ("webm", "libopus", 48_000),
}
"""By the end of the name: container, codec, samples a second."""
_LAYOUTS = {1: "mono", 2: "stereo"}


@cache
def spoken(text: str, voice: str = "en-GB") -> Sound:
    """``text``, read aloud."""
    from py_nanotts import NanoTTS

    return np.frombuffer(NanoTTS().speak(text, voice=voice), dtype=np.int16)


def silence(seconds: float) -> Sound:
    """Nothing to be heard."""
    return np.zeros(int(seconds * RATE), dtype=np.int16)


def record(
    file: Path, sound: Sound, *, channels: int = 1, options: dict[str, str] | None = None
) -> Path:
    """``sound`` in the container that the name of ``file`` says; an mp4 also has a picture."""
    container, codec, rate = FORMATS[file.suffix[1:]]
    with av.open(str(file), "w", format=container, options=options) as out:
        picture = _picture(out) if file.suffix == ".mp4" else None
        stream: Any = out.add_stream(codec, rate=rate, layout=_LAYOUTS[channels])
        if picture:
            _show(out, picture)
        for frame in _frames(sound, stream.codec_context, _LAYOUTS[channels]):
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file


def film(file: Path) -> Path:
    """A video without sound."""
    with av.open(str(file), "w", format="mp4") as out:
        _show(out, _picture(out))
    return file


def _picture(out: Any) -> Any:
    stream = out.add_stream("mpeg4", rate=5)
    stream.width = stream.height = 16
    stream.pix_fmt = "yuv420p"
    return stream


def _show(out: Any, stream: Any) -> None:
    for _ in range(5):
        out.mux(stream.encode(av.VideoFrame(16, 16, "yuv420p")))
    out.mux(stream.encode(None))


def _frames(sound: Sound, codec: Any, layout: str) -> list[av.AudioFrame]:
    whole = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout="mono")
    whole.sample_rate, whole.pts = RATE, 0
    resampler = av.AudioResampler(
        format=codec.format,
        layout=layout,
        rate=codec.sample_rate,
        frame_size=codec.frame_size or 0,
    )
    return [*resampler.resample(whole), *resampler.resample(None)]
