"""A file of tasks, a line of JSON each, read in pieces that are the same at every reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

LARGEST_LINE_BYTES = 8 * 1024 * 1024
MOST_BYTES = 16 * 1024 * 1024
"""The most bytes of a piece, unless one line has more."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank; ``number`` counts all lines of the file, from 1."""

    number: int
    text: bytes

    @property
    def is_too_long(self) -> bool:
        """Whether no gateway would take it."""
        return len(self.text) > LARGEST_LINE_BYTES


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines, and all bytes of the file that they were read from."""

    lines: tuple[Line, ...]
    read: bytes
    last_number: int
    """The number of the last line that was read, blank or not."""


def pieces(
    file: BinaryIO, before: int, size: int, *, is_line_open: bool = False
) -> Iterator[Piece]:
    """The rest of ``file``, of which ``before`` lines were read already, ``size`` lines a time.

    Where the last of these had no end yet (``is_line_open``), what comes up to it has its number.
    """
    number, lines, read, taken = before - is_line_open, list[Line](), list[bytes](), 0
    for raw in file:
        number += 1
        read.append(raw)
        taken += len(raw)
        # A lone CR is a blank to JSON, and the end of a line to the gateway.
        if text := raw.replace(b"\r", b" ").strip():
            lines.append(Line(number, text))
        if len(lines) >= size or taken >= MOST_BYTES:
            yield Piece(tuple(lines), b"".join(read), number)
            lines, read, taken = [], [], 0
    if read:
        yield Piece(tuple(lines), b"".join(read), number)


def batches(lines: Iterable[Line], size: int) -> Iterator[tuple[Line, ...]]:
    """``lines``, ``size`` at most a time, and no more bytes than a piece has."""
    some, taken = list[Line](), 0
    for line in lines:
        if some and (len(some) == size or taken + len(line.text) > MOST_BYTES):
            yield tuple(some)
            some, taken = [], 0
        some.append(line)
        taken += len(line.text)
    if some:
        yield tuple(some)
