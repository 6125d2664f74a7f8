"""What the load saw: which tasks were accepted when, which cancels confirmed, what went wrong."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

MOST_SURPRISES = 20
NEWEST = 500


@dataclass(frozen=True, slots=True)
class Accepted:
    """One task that the gateway answered for: when it was asked, and when the answer came."""

    task_id: str
    asked_at: datetime
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """One notice that came: its id, which is the same at every try, and what it said of which."""

    id: str
    task_id: str
    status: str
    at: datetime


@dataclass(slots=True)
class Journal:
    """Kept by all threads of the load; times are the store's.

    ``refused`` counts what was not stored for certain, ``unknown`` what nobody answered for:
    such a task may be in the store or not. ``surprises`` are answers that no fault excuses.
    ``heard`` are the notices of questions, None where none can come here.
    """

    accepted: list[Accepted] = field(default_factory=list)
    canceled: dict[str, datetime] = field(default_factory=dict)
    surprises: list[str] = field(default_factory=list)
    heard: list[Heard] | None = None
    counts: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note_accepted(self, ids: Iterable[str], asked_at: datetime, now: datetime) -> None:
        """The gateway has said that it has them."""
        with self._lock:
            self.accepted += [Accepted(task_id, asked_at, now) for task_id in ids]

    def note_refused(self, tasks: int) -> None:
        """Nothing of it was stored: the gateway was not reached, or said so."""
        with self._lock:
            self.counts["refused"] += tasks

    def note_unknown(self, tasks: int) -> None:
        """No answer came, or one that leaves it open."""
        with self._lock:
            self.counts["unknown"] += tasks

    def note_canceled(self, task_id: str, now: datetime) -> None:
        """The gateway has said that it is canceled, or will be."""
        with self._lock:
            self.canceled[task_id] = now

    def note_repeated(self) -> None:
        """A message went through the broker once more."""
        with self._lock:
            self.counts["repeated"] += 1

    def note_heard(self, heard: Heard) -> None:
        """A notice came, perhaps not for the first time."""
        with self._lock:
            if self.heard is not None:
                self.heard.append(heard)

    def note_surprise(self, sentence: str) -> None:
        """An answer that it should never give."""
        with self._lock:
            self.counts["surprises"] += 1
            if len(self.surprises) < MOST_SURPRISES:
                self.surprises.append(sentence)

    def all_heard(self) -> list[Heard] | None:
        """The notices that came so far; None where none can come."""
        with self._lock:
            return None if self.heard is None else list(self.heard)

    def newest_heard(self) -> list[Heard] | None:
        """The last notices that came; None where none can come."""
        with self._lock:
            return None if self.heard is None else self.heard[-NEWEST:]

    def newest(self) -> list[Accepted]:
        """The last submits that were accepted."""
        with self._lock:
            return self.accepted[-NEWEST:]
