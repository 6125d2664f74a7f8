"""Passages: a long recording in pieces that fit into memory, cut where it is quiet. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from workers.documents.speech.sound import RATE, Samples

PASSAGE_SECONDS = 300.0
"""The longest; Whisper listens to 30 s at a time, and the last of a passage may be shorter."""
SEARCH_SECONDS = 30.0
"""How far from its end a passage may be cut."""
_PAUSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Passage:
    """What is heard from ``start_seconds`` of the recording."""

    start_seconds: float
    samples: Samples

    @property
    def end_seconds(self) -> float:
        """When it is over."""
        return self.start_seconds + len(self.samples) / RATE


def passages(blocks: Iterable[Samples], seconds: float = PASSAGE_SECONDS) -> Iterator[Passage]:
    """``blocks`` put together and cut into passages of at most ``seconds``."""
    most = int(seconds * RATE)
    held: list[Samples] = []
    length = done = 0
    for block in blocks:
        held.append(block)
        length += len(block)
        while length >= most:
            whole = np.concatenate(held)
            cut = quietest(whole[:most], SEARCH_SECONDS)
            yield Passage(done / RATE, whole[:cut])
            held, length, done = [whole[cut:]], length - cut, done + cut
    if length:
        yield Passage(done / RATE, np.concatenate(held))


def quietest(samples: Samples, search_seconds: float) -> int:
    """Where to cut: in the middle of the quietest moment of the last ``search_seconds``."""
    width = int(_PAUSE_SECONDS * RATE)
    tail = samples[-min(len(samples) // 2, int(search_seconds * RATE)) :]
    moments = tail[: len(tail) // width * width].reshape(-1, width)
    if not len(moments):
        return len(samples)
    loudness = np.square(moments, dtype=np.float32).sum(axis=1)
    at = len(loudness) - 1 - int(np.argmin(loudness[::-1]))
    return len(samples) - len(tail) + at * width + width // 2
