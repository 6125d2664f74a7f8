"""How far a run over a folder is."""

from __future__ import annotations

from collections.abc import Iterable

from workers.documents.chunking.document import DocumentChunks
from workers.documents.chunking.outdated import Outdated, Totals


class Tally:
    """Counts what is embedded, on top of what was ``before``; a document weighs by its words."""

    def __init__(self, before: Totals) -> None:
        self._files = before.files
        self._chunks = before.chunks
        self._expected = 0
        self._done = 0
        self._begun: dict[int, DocumentChunks] = {}

    @property
    def totals(self) -> Totals:
        """The files that are done, and all chunks that there are."""
        return Totals(self._files, self._chunks)

    @property
    def percent(self) -> float:
        """How much of the expected work is done."""
        begun = sum(_weight(c.document) * c.share_done for c in self._begun.values())
        return 100 * (self._done + begun) / max(self._expected, 1)

    def expect(self, documents: Iterable[Outdated]) -> None:
        """So much more is to be done."""
        self._expected += sum(map(_weight, documents))

    def note(self, chunks: DocumentChunks, count: int) -> None:
        """``count`` more chunks of a document are there, or it need not be done any more."""
        is_over = chunks.is_stale or not chunks.left
        if not chunks.is_stale:
            self._chunks += count
            self._files += is_over
        self._begun[id(chunks)] = chunks
        if is_over:
            del self._begun[id(chunks)]
            self._done += _weight(chunks.document)


def _weight(document: Outdated) -> int:
    return max(document.word_count, 1)
