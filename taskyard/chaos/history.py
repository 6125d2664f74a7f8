"""The history of a run: what the load was told, and what the store has written down. Values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.accounts.ledger_entry import LedgerEntry
from shared.tasks.status import Status
from taskyard.chaos.journal import Heard
from taskyard.chaos.timeline import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """What the check needs of a task's row."""

    id: str
    type: str
    status: Status
    payload: Mapping[str, Any]
    annotators: str | None
    cost_cents: int
    attempt: int
    retry_count: int
    holder: str | None
    result: Mapping[str, Any] | None
    error: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The account's money at the end, and the sum of everybody's entries."""

    entries: Sequence[LedgerEntry]
    balance_cents: int
    held_cents: int
    yard_sum_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything that a judgement is made of.

    ``accepted``: the ids that the gateway answered for. ``canceled``: when a cancel was
    confirmed. ``heard``: the notices that came, in order, None where none can come. ``waiting``:
    ids that still lie in the broker's queues once all is quiet.
    """

    accepted: frozenset[str]
    canceled: Mapping[str, datetime]
    tasks: Mapping[str, TaskRow]
    steps: Mapping[str, Steps]
    books: Books
    heard: Sequence[Heard] | None = None
    waiting: frozenset[str] = frozenset()

    def with_heard(self, heard: Sequence[Heard] | None) -> History:
        """The same, with these notices."""
        return replace(self, heard=heard)

    def with_waiting(self, ids: frozenset[str]) -> History:
        """The same, with these ids still in the broker's queues."""
        return replace(self, waiting=ids)
