"""Whisper, loaded once in a process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from workers.documents.speech.passages import Passage
from workers.documents.speech.segment import Segment

MOST_THREADS = 8
BEAMS = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """What is said in a passage; ``segments`` are recognised as they are asked for."""

    language: str
    segments: Iterator[Segment]


class Recogniser:
    """A model in memory."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def hear(self, passage: Passage, language: str | None = None) -> Heard:
        """What is said in ``passage``, in a language (a code of two letters) found if not given.

        Parts in which nobody speaks are left out before: Whisper would make words of noise. What
        was said before is not suggested to it either, as it may then repeat itself for ever.
        """
        found, info = self._model.transcribe(
            passage.samples,
            language=language,
            beam_size=BEAMS,
            vad_filter=True,
            condition_on_previous_text=False,
        )
        return Heard(info.language, _segments(found, passage))


@lru_cache(maxsize=1)
def load(folder: Path) -> Recogniser:
    """The model in ``folder``."""
    from faster_whisper import WhisperModel

    threads = min(len(os.sched_getaffinity(0)), MOST_THREADS)
    model = WhisperModel(
        str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
    )
    return Recogniser(model)


def _segments(found: Any, passage: Passage) -> Iterator[Segment]:
    """Times of the recording; Whisper may put an end behind the passage's own."""
    for one in found:
        start = min(passage.start_seconds + one.start, passage.end_seconds)
        end = min(passage.start_seconds + one.end, passage.end_seconds)
        text = one.text.strip()
        if text:
            yield Segment(round(start, 3), round(end, 3), text)
