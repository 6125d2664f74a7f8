"""The sentences of a text, in any of the six languages. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 600
"""Characters: what goes on longer is a table or a list, and is cut at a space."""
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*[-*•‣▪#|]\s)|\f")
_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+|(?<=[。！？؟۔；])[”’」』）]*\s*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Nr|vs|etc|ca|bzw|usw|vgl|Abs|Art|Bd|evtl|ggf|inkl|Hr|Fr|M|MM|Mme"
    r"|Mlle|Sr|Sra|Dra|Ud|Uds|pág|núm|p|pp|cf|Fig|Tab|Inc|Ltd|Jr|approx|Str|Mio|Mrd)"
    r"|\b[^\W\d_](?:\.\s?[^\W\d_])*|\b\d{1,2})\.$"
)
"""What a full stop may follow without ending a sentence: z. B., e.g., initials, German dates."""
_LOWER_START = re.compile(r"[\"'“‘«(\[]*[a-zà-öø-ÿ]")


def sentences(text: str) -> Iterator[str]:
    """The sentences of ``text``, in order, their spaces made single."""
    for paragraph in _PARAGRAPH.split(text):
        plain = " ".join(paragraph.split())
        for sentence in _of_paragraph(plain):
            yield from _cut(sentence)


def _of_paragraph(paragraph: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(paragraph):
        if _goes_on(paragraph[start : end.start()], paragraph[end.end() :][:3]):
            continue
        if sentence := paragraph[start : end.end()].strip():
            yield sentence
        start = end.end()
    if rest := paragraph[start:].strip():
        yield rest


def _goes_on(before: str, after: str) -> bool:
    """Whether a full stop belongs to an abbreviation, or to a number of a list."""
    if not before.endswith("."):
        return False
    return bool(_ABBREVIATION.search(before[-12:]) or _LOWER_START.match(after))


def _cut(sentence: str) -> Iterator[str]:
    while len(sentence) > LONGEST:
        at = sentence.rfind(" ", LONGEST // 2, LONGEST)
        at = LONGEST if at < 0 else at
        yield sentence[:at].strip()
        sentence = sentence[at:].strip()
    if sentence:
        yield sentence
