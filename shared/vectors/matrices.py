"""The vectors of the folders that are searched, in memory, no more than a limit of them.

A folder's ``revision`` says whether what is in memory is still all there is. If not, its chunks'
numbers are compared: vectors of new chunks are read, those of removed ones dropped.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy
from sqlalchemy import select

from shared.db import Transaction
from shared.documents.chunk import chunks
from shared.documents.folder import folders
from shared.vectors.matrix import SPARE, Matrix, best

if TYPE_CHECKING:
    from shared.vectors.embedder import Vectors

MOST_BYTES = 512 * 1024**2
"""About 280,000 chunks of the built-in model."""
READ_AT_ONCE = 5000
Key = tuple[str, str, int]
Near = list[tuple[int, float]]


@dataclass(slots=True)
class _Kept:
    """A folder's vectors as of a revision; ``matrix`` is None where they are too many."""

    matrix: Matrix | None
    revision: int = -1
    lock: Lock = field(default_factory=Lock)


class Matrices:
    """Finds the nearest chunks on any store. Any number of threads may use it."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._lock = Lock()

    @property
    def size_bytes(self) -> int:
        """What all of them take of memory."""
        return sum(kept.matrix.size_bytes for kept in self._kept.values() if kept.matrix)

    def nearest(
        self, tx: Transaction, folder_id: str, model: str, question: Vectors, count: int
    ) -> Near:
        """The ``count`` chunks of the folder that are nearest to ``question``, nearest first."""
        key = (folder_id, model, len(question))
        kept = self._entry(key)
        with kept.lock:
            self._refresh(tx, key, kept)
            matrix = kept.matrix
        if matrix is None:
            return _read_through(tx, key, question, count)
        return matrix.nearest(question, count)

    def _entry(self, key: Key) -> _Kept:
        with self._lock:
            kept = self._kept.setdefault(key, _Kept(Matrix(key[2])))
            self._kept.move_to_end(key)
            return kept

    def _refresh(self, tx: Transaction, key: Key, kept: _Kept) -> None:
        revision = _revision(tx, key[0])
        if kept.revision == revision:
            return
        numbers = _numbers(tx, key)
        if len(numbers) * key[2] * 4 * (1 + SPARE) > self._most_bytes:
            kept.matrix = None
        else:
            kept.matrix = kept.matrix or Matrix(key[2])
            kept.matrix.keep(numbers)
            for some, vectors in _read(tx, key, kept.matrix.last):
                kept.matrix.append(some, vectors)
        kept.revision = revision
        self._make_room(key)

    def _make_room(self, key: Key) -> None:
        """Forget those that were not searched for longest, but not the one just searched."""
        with self._lock:
            while self.size_bytes > self._most_bytes:
                oldest = next((other for other in self._kept if other != key), None)
                if oldest is None:
                    return
                del self._kept[oldest]


def _revision(tx: Transaction, folder_id: str) -> int:
    row = tx.first(select(folders.c.revision).where(folders.c.id == folder_id))
    return -1 if row is None else int(row.revision)


def _numbers(tx: Transaction, key: Key) -> Any:
    query = select(chunks.c.number).where(*_of(key)).order_by(chunks.c.number)
    rows = tx.rows(query)
    return numpy.fromiter((row[0] for row in rows), "i8", len(rows))


def _read(tx: Transaction, key: Key, after: int) -> Iterator[tuple[Sequence[int], Sequence[bytes]]]:
    """Numbers and vectors of the chunks numbered above ``after``, some at a time."""
    query = select(chunks.c.number, chunks.c.vector).where(*_of(key)).order_by(chunks.c.number)
    while rows := tx.rows(query.where(chunks.c.number > after).limit(READ_AT_ONCE)):
        yield [row.number for row in rows], [bytes(row.vector) for row in rows]
        after = rows[-1].number


def _read_through(tx: Transaction, key: Key, question: Vectors, count: int) -> Near:
    """The nearest of a folder too large to be kept: all of it is read. Slow, but right."""
    near: Near = []
    for numbers, vectors in _read(tx, key, 0):
        part = Matrix(key[2])
        part.append(numbers, vectors)
        found = [*near, *part.nearest(question, count)]
        ids, scores = (
            (numpy.array(each) for each in zip(*found, strict=True)) if found else ([], [])
        )
        near = best(ids, scores, count) if found else []
    return near


def _of(key: Key) -> tuple[Any, Any]:
    return chunks.c.folder_id == key[0], chunks.c.model == key[1]
