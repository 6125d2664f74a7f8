"""What every source can do: list its files, and read one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from shared.errors import TaskError

MOST_FILES = 100_000
"""Files that one source may have; what a listing holds stays in memory."""
CHUNK_BYTES = 1024 * 1024
CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 60.0
"""How long the other side may take to be reached, and to say something."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a source, as listed.

    ``path`` is its path below the source, ``key`` what its source finds it by, ``tag`` a text
    that changes with its content, or None where the source cannot tell.
    """

    path: str
    key: str
    size_bytes: int | None = None
    tag: str | None = None


class Source(Protocol):
    """A connected source."""

    def entries(self, recursive: bool) -> Iterator[Entry]:
        """Its files. Raises `TaskError` where the listing is not complete."""

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        """The content of a file.

        Raises `FileUnread` where only this file cannot be had, `TaskError` where the whole
        source cannot be.
        """


class FileUnread(Exception):
    """One file cannot be had; the message says why, to the caller."""


def denied(message: str = "The source refuses these credentials.") -> TaskError:
    """Credentials are missing or wrong: asking again would not help."""
    return TaskError(message, retryable=False, code="SOURCE_DENIED")


def missing(message: str = "There is nothing at this address.") -> TaskError:
    """The bucket, folder, library or file is not there."""
    return TaskError(message, retryable=False, code="SOURCE_NOT_FOUND")


def unusable(message: str) -> TaskError:
    """What the caller asks for makes no sense with this source."""
    return TaskError(message, retryable=False, code="SOURCE_UNUSABLE")


def unreachable(message: str, delay_seconds: float | None = None) -> TaskError:
    """The source does not answer, or not as it should; later it may."""
    return TaskError(message, code="SOURCE_UNREACHABLE", delay_seconds=delay_seconds)
