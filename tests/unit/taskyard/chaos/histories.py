"""Hand-made histories for the tests of the check: good ones, to be spoilt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.accounts.ledger_entry import MOVES, Book, Kind, LedgerEntry
from shared.tasks.status import Status
from taskyard.chaos.history import Books, History, TaskRow
from taskyard.chaos.journal import Heard
from taskyard.chaos.timeline import Step

EPOCH = datetime(2030, 1, 1, tzinfo=UTC)
WORKER = "system-1@host/life"
P, Q, R, C, F, X = (s.value for s in Status)


def moment(seconds: float) -> datetime:
    """So many seconds into the run."""
    return EPOCH + timedelta(seconds=seconds)


def step(
    source: str | None,
    target: str,
    attempt: int = 0,
    at: float = 0.0,
    actor: str = WORKER,
    reason: str | None = None,
) -> Step:
    """One transition."""
    return Step(source, target, attempt, actor, reason, moment(at))


BORN = (step(None, P), step(P, Q))
STARTED = (*BORN, step(Q, R, 1, 1))
DONE = (*STARTED, step(R, C, 1, 2))
RETRIED = (
    *STARTED,
    step(R, F, 1, 2),
    step(F, P, 1, 2),
    step(P, Q, 1, 3),
    step(Q, R, 2, 4),
    step(R, C, 2, 5),
)
RESCUED = (
    *STARTED,
    step(R, P, 1, 9, "scheduler", "lease lapsed"),
    step(P, Q, 1, 9),
    step(Q, R, 2, 10),
    step(R, C, 2, 11),
)
CANCELED = (*BORN, step(Q, X, 0, 1))


def task(**values: Any) -> TaskRow:
    """A completed ECHO."""
    given: dict[str, Any] = {
        "id": "a",
        "type": "ECHO",
        "status": Status.COMPLETED,
        "payload": {"content": "hello"},
        "annotators": None,
        "cost_cents": 0,
        "attempt": 1,
        "retry_count": 0,
        "holder": None,
        "result": {"content": "hello", "attempt": 1},
        "error": None,
    }
    return TaskRow(**given | values)


def question(**values: Any) -> TaskRow:
    """A paid question that one person answered."""
    said = {"annotator": "ann", "kind": "human", "answer": "positive"}
    given: dict[str, Any] = {
        "type": "SENTIMENT_ANALYSIS",
        "payload": {"options": ["positive", "negative"], "validationsNeeded": 1},
        "annotators": "human",
        "cost_cents": 10,
        "result": {"answer": "positive", "answers": [said]},
    }
    return task(**given | values)


def heard(id_: str, status: str, at: float = 0.0, task_id: str = "a") -> Heard:
    """A notice that came at that second."""
    return Heard(id_, task_id, status, moment(at))


def posting(kind: Kind, task_id: str | None, cents: int, name: str = "") -> list[LedgerEntry]:
    """Two entries that sum to zero."""
    source, target = MOVES[kind]
    return [
        entry(kind, book, amount, task_id, name or f"{kind}/{task_id}")
        for book, amount in ((source, -cents), (target, cents))
    ]


def entry(
    kind: Kind, book: Book, cents: int, task_id: str | None, posting_id: str = "p"
) -> LedgerEntry:
    """Half a posting."""
    return LedgerEntry(
        number=1,
        posting_id=posting_id,
        account_id="account",
        task_id=task_id,
        kind=kind,
        book=book,
        amount_cents=cents,
        actor=None,
        at=EPOCH,
    )


def books(entries: Sequence[LedgerEntry] = (), **values: int) -> Books:
    """Books whose running sums are those of ``entries``, unless told otherwise."""

    def total(book: Book) -> int:
        return sum(e.amount_cents for e in entries if e.book is book)

    given = {"balance_cents": total(Book.AVAILABLE), "held_cents": total(Book.HELD)}
    return Books(entries=entries, **{**given, "yard_sum_cents": 0, **values})


def history(
    row: TaskRow, steps: Sequence[Step] = DONE, kept: Books | None = None, **values: Any
) -> History:
    """A run of one task."""
    given: Mapping[str, Any] = {
        "accepted": frozenset({row.id}),
        "canceled": {},
        "tasks": {row.id: row},
        "steps": {row.id: steps},
        "books": kept or books(),
    }
    return replace(History(**given), **values)
