"""What is written down beside a file of tasks: how far it is, and what became of each line.

A file of lines of JSON: first what is submitted and as whom; then, for each piece, a line that says
which it is, before it is sent, a line for each task, and one that says how far it is. Where the
last of these is missing, what is said of the tasks counts for nothing, and the same piece is sent
once more. Of a line that was sent again, the last that is said counts.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import orjson

from shared.errors import Refused
from taskyard.client import Submitted

SUFFIX = ".submitted"
VERSION = 1
BLOCK_BYTES = 1024 * 1024
BEGINNING, BEGUN, MARK = b'{"file":', b'{"begun":', b'{"mark":'
"""How the first line of every record begins, and each line that says what is sent, or how far it
is."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is submitted: ``run`` makes the keys of this record its own.

    ``account`` is whose tasks they are, where that is known, ``size`` how many lines go together.
    """

    file: str
    account: str | None
    size: int
    run: str
    version: int = VERSION

    @classmethod
    def new(cls, file: Path, account: str | None, size: int) -> Head:
        """The head of a new record."""
        return cls(file.name, account, size, uuid4().hex)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far it is: bytes and lines of the file, and how many tasks came of them.

    ``again`` is how often refused lines were sent again.
    """

    bytes: int = 0
    lines: int = 0
    accepted: int = 0
    rejected: int = 0
    sha256: str = ""
    """Of all those bytes: so far the file has to be what it was."""
    again: int = 0


@dataclass(frozen=True, slots=True)
class Begun:
    """A piece that was sent, or was about to be: up to which byte and line, and the digest then."""

    bytes: int
    lines: int
    sha256: str


class Record:
    """The record, locked against whoever else would submit the same file. A context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO = _opened(path)
        try:
            self.head, self.mark, self.begun, end = _read(self._file, path)
            self._file.truncate(end)
            self._file.seek(end)
        except BaseException:
            self._file.close()
            raise

    def begin(self, head: Head) -> None:
        """Write the head of a record that has none yet."""
        self.head = head
        self._write([asdict(head)])

    def send(self, begun: Begun) -> None:
        """Write what is sent next; on disk when this returns."""
        if begun != self.begun:
            self._write([{"begun": asdict(begun)}])
        self.begun = begun

    def add(self, told: Iterable[Mapping[str, Any]], mark: Mark) -> None:
        """Write what became of a piece; on disk when this returns."""
        self.mark, self.begun = mark, None
        self._write([*told, {"mark": asdict(mark)}])

    def refused(self) -> list[int]:
        """The numbers of the lines that were refused, in order."""
        position = self._file.tell()
        self._file.seek(0)
        said = {
            row["line"]: "error" in row for row in map(orjson.loads, self._file) if "line" in row
        }
        self._file.seek(position)
        return sorted(number for number, is_refused in said.items() if is_refused)

    def _write(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._file.write(b"".join(orjson.dumps(row) + b"\n" for row in rows))
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let others at it."""
        self._file.close()

    def __enter__(self) -> Record:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def row_of(line: int, one: Submitted) -> dict[str, Any]:
    """What became of a line. Pure."""
    if one.error is not None:
        return {"line": line, "error": asdict(one.error)}
    return {"line": line, "taskId": one.task_id, "costCents": one.cost_cents}


def digest_of(file: BinaryIO, bytes_: int) -> Any:
    """The running SHA-256 of the first ``bytes_`` of ``file``, which is left behind them."""
    digest = sha256()
    file.seek(0)
    while bytes_ > 0 and (block := file.read(min(bytes_, BLOCK_BYTES))):
        digest.update(block)
        bytes_ -= len(block)
    return digest


def _opened(path: Path) -> BinaryIO:
    try:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b")
    except OSError as error:
        message = f"Cannot write {path} ({error.strerror}): say --state FILE."
        raise Refused(message) from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise Refused(f"Another process submits by {path} now.") from None
    return file


def _read(file: BinaryIO, path: Path) -> tuple[Head | None, Mark, Begun | None, int]:
    """The head, the last mark, what was sent after it, and where what counts ends."""
    first = file.readline()
    if not first.endswith(b"\n"):
        # Begun by us and never finished, or somebody else's, which is not overwritten.
        if first[: len(BEGINNING)] != BEGINNING[: len(first)]:
            raise _foreign(path)
        return None, Mark(), None, 0
    head, mark, end = _head(first, path), Mark(), len(first)
    begun: Begun | None = None
    position = end
    for line in file:
        position += len(line)
        if line.startswith(MARK) and line.endswith(b"\n"):
            mark, begun, end = Mark(**orjson.loads(line)["mark"]), None, position
        elif line.startswith(BEGUN) and line.endswith(b"\n"):
            begun, end = Begun(**orjson.loads(line)["begun"]), position
    return head, mark, begun, end


def _head(line: bytes, path: Path) -> Head:
    try:
        told = orjson.loads(line)
        head = Head(**{field.name: told[field.name] for field in fields(Head)})
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise _foreign(path) from None
    if head.version != VERSION:
        raise Refused(f"{path} is of another version of taskyard: move it away to begin anew.")
    return head


def _foreign(path: Path) -> Refused:
    return Refused(f"{path} is no record of what was submitted: say --state FILE.")
