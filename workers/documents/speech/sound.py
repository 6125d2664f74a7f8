"""Decoding: the first stream of sound in a recording, as Whisper wants it, a little at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from av import AudioFrame, AudioResampler
from av.container import InputContainer
from av.error import FFmpegError
from numpy.typing import NDArray

from workers.documents.speech.recording import Recording, bad_recording, opened

RATE = 16_000
"""Samples a second."""
Samples = NDArray[np.float32]
"""One channel, from -1 to 1, `RATE` a second."""


def sound(recording: Recording) -> Iterator[Samples]:
    """What is heard in ``recording``, in blocks; what is damaged is left out."""
    is_silent = True
    with opened(recording.file) as container:
        for block in _resampled(_frames(container)):
            is_silent = False
            yield block
        codec = container.streams.audio[0].codec_context.name
    if is_silent:
        raise bad_recording(f"Its sound ({codec}) cannot be decoded.")


def _frames(container: InputContainer) -> Iterator[AudioFrame]:
    """The frames that can be decoded; one damaged packet does not end a recording."""
    packets = container.demux(container.streams.audio[0])
    while True:
        try:
            packet = next(packets)
            yield from packet.decode()
        except (StopIteration, EOFError):
            return
        except FFmpegError:
            continue


def _resampled(frames: Iterator[AudioFrame]) -> Iterator[Samples]:
    """Sound may change its rate or its channels on the way."""
    resampler, shape = None, None
    for frame in frames:
        frame.pts = None
        seen = (frame.format.name, frame.layout.name, frame.sample_rate)
        if resampler is None or seen != shape:
            yield from _flushed(resampler)
            resampler, shape = AudioResampler(format="s16", layout="mono", rate=RATE), seen
        yield from map(_samples, resampler.resample(frame))
    yield from _flushed(resampler)


def _flushed(resampler: AudioResampler | None) -> Iterator[Samples]:
    if resampler is not None:
        yield from map(_samples, resampler.resample(None))


def _samples(frame: AudioFrame) -> Samples:
    return frame.to_ndarray().reshape(-1).astype(np.float32) / 32768.0
