"""Which passages say most nearly what a question asks, whatever languages both are in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workers.documents.writing.passages import AT_ONCE, Passage
from workers.documents.writing.piece import Tell

if TYPE_CHECKING:
    from shared.vectors.embedder import Embedder

LONGEST_QUESTION = 2000


def by_nearness(
    question: str, given: Sequence[Passage], embedder: Embedder, tell: Tell
) -> list[Passage]:
    """``given``, the nearest to ``question`` first; `EmbedderFailed`."""
    import numpy

    wanted = embedder.query(question[:LONGEST_QUESTION])
    scores: list[float] = []
    for start in range(0, len(given), AT_ONCE):
        vectors = embedder.passages([p.text for p in given[start : start + AT_ONCE]])
        scores += (vectors @ wanted).tolist()
        tell(100 * len(scores) / len(given))
    return [given[at] for at in numpy.argsort(scores, kind="stable")[::-1]]
