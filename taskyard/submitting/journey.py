"""A file of tasks on its way: piece after piece is sent, and written down before the next one."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from shared.errors import Refused
from taskyard.client import Submitted, Trouble
from taskyard.client.bulk import USUAL, Parcel
from taskyard.submitting.lines import Line, Piece, batches, pieces
from taskyard.submitting.record import Begun, Head, Mark, Record, digest_of, row_of

TOO_LONG = Trouble("BODY_TOO_LARGE", "The line is longer than 8 MiB.")
FEW = 5
Told = Sequence[tuple[Line, Submitted]]


class Sender(Protocol):
    """What tasks are submitted by: a client."""

    def submit_parcel(self, parcel: Parcel, idempotency_key: str) -> Sequence[Submitted]:
        """Submit lines; what became of each."""


class Bar(Protocol):
    """Shows how far it is."""

    def reach(self, position: int, told: str) -> None:
        """So far it is, in bytes or in lines, and this is to be said of it."""


@dataclass(slots=True)
class Tally:
    """What this run did; ``first_rejected`` are a few of the lines that were not accepted."""

    accepted: int = 0
    rejected: int = 0
    seconds: float = 0.0
    first_rejected: list[tuple[int, Trouble]] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Lines that were answered, in a second."""
        return (self.accepted + self.rejected) / self.seconds if self.seconds else 0.0

    @property
    def text(self) -> str:
        """How fast it goes."""
        done = self.accepted + self.rejected
        lost = f", {self.rejected:,} rejected" if self.rejected else ""
        return f"{done:,} tasks, {self.per_second:,.0f}/s{lost}"


@dataclass(slots=True)
class Journey:
    """Submits the rest of ``file`` by ``sender``, and keeps ``record`` of it."""

    file: Path
    record: Record
    sender: Sender
    clock: Callable[[], float] = time.monotonic

    def run(self, bar: Bar) -> Tally:
        """Send what is left; what was done of it until an error is in the record."""
        tally, begun = Tally(), self.clock()
        with self.file.open("rb") as opened:
            digest = self._read_before(opened)
            for piece in self._pieces(opened, digest):
                digest.update(piece.read)
                self.record.send(_begun(self.record.mark, piece, digest))
                told = self._sent(piece.lines, b"%d " % piece.last_number + piece.read)
                mark = _next(self.record.mark, piece, told, digest)
                self._add(told, mark, tally, begun)
                bar.reach(mark.bytes, tally.text)
        return tally

    def run_again(self, bar: Bar) -> Tally:
        """Send the lines once more that were refused; the bar reaches how many are done."""
        tally, begun = Tally(), self.clock()
        with self.file.open("rb") as opened:
            self._read_before(opened)
            opened.seek(0)
            lines = _picked(opened, self.record.refused())
            for some in batches(lines, _head(self.record).size):
                mark = self.record.mark
                text = b"".join(b"%d %s\n" % (line.number, line.text) for line in some)
                told = self._sent(some, b"again %d " % mark.again + text)
                accepted = sum(one.error is None for _, one in told)
                mark = replace(
                    mark,
                    accepted=mark.accepted + accepted,
                    rejected=mark.rejected - accepted,
                    again=mark.again + 1,
                )
                self._add(told, mark, tally, begun)
                bar.reach(tally.accepted + tally.rejected, tally.text)
        return tally

    def _pieces(self, opened: BinaryIO, digest: Any) -> Iterator[Piece]:
        """What is left of the file, first what was sent already where its answer is not written
        down: just that, though there may be more lines now."""
        mark, begun, size = self.record.mark, self.record.begun, _head(self.record).size
        position, before = mark.bytes, mark.lines
        if begun is not None:
            read = opened.read(begun.bytes - mark.bytes)
            seen = digest.copy()
            seen.update(read)
            if seen.hexdigest() != begun.sha256:
                lines = f"lines {mark.lines + 1:,} to {begun.lines:,} may have been submitted"
                raise self._changed(lines)
            is_open = _is_line_open(opened, mark.bytes)
            yield from pieces(BytesIO(read), before, size, is_line_open=is_open)
            position, before = begun.bytes, begun.lines
        is_open = _is_line_open(opened, position)
        for piece in pieces(opened, before, size, is_line_open=is_open):
            if piece.lines and piece.lines[0].number <= before:
                raise self._changed(f"line {before:,} was submitted before it was whole")
            yield piece

    def _changed(self, what: str) -> Refused:
        return Refused(
            f"{self.file} is not what it was: {what} and changed since. "
            f"Move {self.record.path} away to submit all of it anew."
        )

    def _read_before(self, opened: BinaryIO) -> Any:
        """The digest of what was submitted; `Refused` where that is not what it was."""
        mark = self.record.mark
        digest = digest_of(opened, mark.bytes)
        if mark.bytes and digest.hexdigest() != mark.sha256:
            raise self._changed(f"its first {mark.lines:,} lines were submitted")
        return digest

    def _add(self, told: Told, mark: Mark, tally: Tally, begun: float) -> None:
        _count(tally, told)
        tally.seconds = self.clock() - begun
        self.record.add([row_of(line.number, one) for line, one in told], mark)

    def _sent(self, lines: Sequence[Line], content: bytes) -> Told:
        """What became of each of ``lines``.

        The key follows from the run and the ``content``: whoever sends the same again, since the
        answer was lost or could not be written down, gets the same tasks.
        """
        good = [line for line in lines if not line.is_too_long]
        told: dict[int, Submitted] = {}
        if good:
            parcel = Parcel(0, [line.text for line in good])
            key = sha256(_head(self.record).run.encode() + b" " + content).hexdigest()[:40]
            answers = self.sender.submit_parcel(parcel, key)
            told = {line.number: one for line, one in zip(good, answers, strict=True)}
        return [(line, told.get(line.number, Submitted(0, error=TOO_LONG))) for line in lines]


def _head(record: Record) -> Head:
    if record.head is None:
        raise ValueError("the record has no head yet")
    return record.head


def _picked(opened: BinaryIO, numbers: Collection[int]) -> Iterator[Line]:
    """Those lines of the file that have these numbers."""
    wanted = set(numbers)
    found = (line for piece in pieces(opened, 0, USUAL) for line in piece.lines)
    return (line for line in found if line.number in wanted)


def _count(tally: Tally, told: Told) -> None:
    for line, one in told:
        if one.error is None:
            tally.accepted += 1
            continue
        tally.rejected += 1
        if len(tally.first_rejected) < FEW:
            tally.first_rejected.append((line.number, one.error))


def _is_line_open(opened: BinaryIO, position: int) -> bool:
    """Whether the line before ``position`` has no end; leaves the file there."""
    opened.seek(max(0, position - 1))
    return position > 0 and opened.read(1) != b"\n"


def _begun(mark: Mark, piece: Piece, digest: Any) -> Begun:
    return Begun(mark.bytes + len(piece.read), piece.last_number, digest.hexdigest())


def _next(mark: Mark, piece: Piece, told: Told, digest: Any) -> Mark:
    rejected = sum(one.error is not None for _, one in told)
    return replace(
        mark,
        bytes=mark.bytes + len(piece.read),
        lines=piece.last_number,
        accepted=mark.accepted + len(told) - rejected,
        rejected=mark.rejected + rejected,
        sha256=digest.hexdigest(),
    )
