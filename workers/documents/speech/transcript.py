"""A transcript: what is said in a whole recording, in which language, and its plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workers.documents.speech.passages import passages
from workers.documents.speech.recogniser import Recogniser
from workers.documents.speech.segment import Segment
from workers.documents.speech.sound import Samples

PARAGRAPH_SECONDS = 2.0
"""A pause as long as this begins a new paragraph."""
_WRITTEN_TOGETHER = frozenset({"zh", "yue", "ja", "th", "lo", "my", "km", "bo"})
"""Languages without spaces between sentences."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """``language`` is a code of two or three letters, None where nobody speaks."""

    language: str | None
    segments: Sequence[Segment]

    @property
    def text(self) -> str:
        """All that is said, a line for each paragraph."""
        gap = "" if self.language in _WRITTEN_TOGETHER else " "
        parts = [segment.text for segment in self.segments[:1]]
        for before, segment in pairwise(self.segments):
            pause = segment.start_seconds - before.end_seconds
            parts += ["\n" if pause >= PARAGRAPH_SECONDS else gap, segment.text]
        return "".join(parts)


def transcribe(
    blocks: Iterable[Samples],
    recogniser: Recogniser,
    tell: Callable[[float, str | None], bool],
) -> Transcript:
    """What is said in ``blocks``, in the language in which the first words are said.

    ``tell`` is told how many seconds are done, and the language where it is known; where it
    answers False, the rest is left out.
    """
    language: str | None = None
    said: list[Segment] = []
    for passage in passages(blocks):
        heard = recogniser.hear(passage, language)
        for segment in heard.segments:
            language = heard.language
            said.append(segment)
            if not tell(segment.end_seconds, language):
                return Transcript(language, said)
        if not tell(passage.end_seconds, language):
            break
    return Transcript(language, said)
