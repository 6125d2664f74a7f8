"""Finished work that the gateway has not acknowledged yet: one file for each report, in a folder.

A file is there whole or not at all, for its owner alone, and goes when the report was answered.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

import orjson

from shared.errors import Refused
from taskyard.agent.finished import Finished

log = logging.getLogger(__name__)
KEPT, HALF, ASIDE = ".json", ".half", ".refused"
"""How names of files end: of reports, of what was cut off while it was written, and of reports
that the gateway will not take, for people to look at."""
Key = tuple[str, int]


@contextmanager
def open_spool(folder: Path) -> Iterator[Spool]:
    """The spool in ``folder``, which is made; `Refused` where another agent has it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Refused(f"{folder} cannot be written to ({error.strerror}): say --spool.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        message = f"Another agent of this server uses {folder}: give this one its own --spool."
        raise Refused(message) from None
    try:
        yield Spool(folder)
    finally:
        os.close(lock)


class Spool:
    """The reports in a folder. Any thread may call any method."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._waiting: dict[Key, Finished] = {}
        for file in sorted(folder.glob(f"*{HALF}")):
            file.unlink()
        for file in sorted(folder.glob(f"*{KEPT}"), key=lambda f: f.stat().st_mtime):
            self._read(file)

    def __len__(self) -> int:
        """How many reports wait."""
        return len(self._waiting)

    def keep(self, finished: Finished) -> None:
        """Keep a report durably; where the disk takes none, in memory, and say so in the log."""
        try:
            self._write(finished)
        except OSError as error:
            log.error("a report is kept in memory alone: %s", error.strerror)
        with self._lock:
            self._waiting[_key(finished)] = finished

    def waiting(self, most: int) -> list[Finished]:
        """The oldest reports, at most so many, and one of each task."""
        with self._lock:
            oldest: dict[str, Finished] = {}
            for finished in self._waiting.values():
                if len(oldest) == most:
                    break
                oldest.setdefault(finished.link_id, finished)
            return list(oldest.values())

    def drop(self, answered: Collection[Finished]) -> None:
        """Forget reports that were answered."""
        for finished in answered:
            with suppress(OSError):
                self._file(finished, KEPT).unlink(missing_ok=True)
            with self._lock:
                self._waiting.pop(_key(finished), None)

    def set_aside(self, finished: Finished) -> None:
        """Leave a report that the gateway will never take to people; it is not sent again."""
        with suppress(OSError):
            self._file(finished, KEPT).rename(self._file(finished, ASIDE))
        with self._lock:
            self._waiting.pop(_key(finished), None)

    def _file(self, finished: Finished, ending: str) -> Path:
        name = "".join(c for c in finished.link_id if c.isalnum() or c == "-")
        return self._folder / f"{name}.{finished.attempt}{ending}"

    def _write(self, finished: Finished) -> None:
        half, whole = self._file(finished, HALF), self._file(finished, KEPT)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        with os.fdopen(os.open(half, flags, 0o600), "wb") as file:
            file.write(orjson.dumps(finished.said))
            file.flush()
            os.fsync(file.fileno())
        half.replace(whole)
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _read(self, file: Path) -> None:
        try:
            finished = Finished.of(orjson.loads(file.read_bytes()))
        except (OSError, ValueError) as error:
            log.error("%s is no report and is left aside: %s", file.name, error)
            with suppress(OSError):
                file.rename(file.with_suffix(ASIDE))
            return
        self._waiting[_key(finished)] = finished


def _key(finished: Finished) -> Key:
    return finished.link_id, finished.attempt
