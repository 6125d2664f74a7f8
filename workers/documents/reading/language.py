"""Which language a text is in; the same text always gives the same answer."""

from __future__ import annotations

from collections.abc import Sequence

from workers.documents.reading.counting import word_count

SAMPLE = 500
"""Characters; more tell nothing new."""
SHORTEST_WORDS = 8
"""Less is a guess: names and numbers look like any language."""
_LETTERS = 0.4


def language_of(pages: Sequence[str]) -> str | None:
    """A code of two letters; None where there is too little text, or no words."""
    sample = _sample(pages)
    letters = sum(map(str.isalpha, sample))
    if letters < _LETTERS * len(sample) or word_count(sample) < SHORTEST_WORDS:
        return None
    import py3langid

    return str(py3langid.classify(sample)[0])


def _sample(pages: Sequence[str]) -> str:
    """A part from the middle: the beginning is often names and addresses."""
    middle = len(pages) // 2
    sample = ""
    for text in (*pages[middle:], *reversed(pages[:middle])):
        left = SAMPLE - len(sample)
        if left <= 0:
            break
        start = max(0, (len(text) - left) // 2)
        sample += " ".join(text[start : start + left].split()) + " "
    return sample.strip()
