"""The vectors of one folder in memory: the numbers of its chunks, and a row for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy

if TYPE_CHECKING:
    from shared.vectors.embedder import Vectors

SPARE = 0.25
"""How much more room than needed is made, so that few additions copy all there is."""


class Matrix:
    """Rows of float32 that never change; ``numbers`` ascend.

    One thread changes it at a time; any number may look meanwhile, and see what was there.
    """

    def __init__(self, dimensions: int) -> None:
        self._state: tuple[Any, Vectors] = (
            numpy.zeros(0, "i8"),
            numpy.zeros((0, dimensions), "<f4"),
        )

    @property
    def numbers(self) -> Any:
        """The chunks' numbers, in the order of the rows."""
        return self._state[0]

    @property
    def last(self) -> int:
        """The number of the last row, 0 where there is none."""
        numbers = self.numbers
        return int(numbers[-1]) if len(numbers) else 0

    @property
    def size_bytes(self) -> int:
        """What it takes of memory."""
        return sum(int(array.nbytes) for array in self._state)

    def append(self, numbers: Sequence[int], vectors: Sequence[bytes]) -> None:
        """Add rows whose numbers are above all others; vectors of another length are left out."""
        held, room = self._state
        length = room.shape[1] * 4
        fitting = [n for n, vector in enumerate(vectors) if len(vector) == length]
        end = len(held) + len(fitting)
        if end > len(room):
            room = _wider(room[: len(held)], int(end * (1 + SPARE)))
        rows = numpy.frombuffer(b"".join(vectors[n] for n in fitting), "<f4")
        room[len(held) : end] = rows.reshape(len(fitting), room.shape[1])
        added = numpy.array([numbers[n] for n in fitting], "i8")
        self._state = (numpy.concatenate([held, added]), room)

    def keep(self, numbers: Any) -> None:
        """Drop every row whose number is not among ``numbers``."""
        held, room = self._state
        kept = numpy.isin(held, numbers, assume_unique=True)
        if not kept.all():
            self._state = (held[kept], room[: len(held)][kept])

    def nearest(self, question: Vectors, count: int) -> list[tuple[int, float]]:
        """The ``count`` rows with the largest product with ``question``, and the products."""
        numbers, room = self._state
        return best(numbers, room[: len(numbers)] @ question, count)


def best(numbers: Any, scores: Any, count: int) -> list[tuple[int, float]]:
    """The ``count`` numbers of the largest scores, largest first; of equal ones the older."""
    if len(scores) > count:
        some = numpy.argpartition(-scores, count)[:count]
        numbers, scores = numbers[some], scores[some]
    order = numpy.lexsort((numbers, -scores))
    return list(zip(numbers[order].tolist(), scores[order].tolist(), strict=True))


def _wider(rows: Vectors, room: int) -> Vectors:
    wider = numpy.zeros((room, rows.shape[1]), "<f4")
    wider[: len(rows)] = rows
    return wider
