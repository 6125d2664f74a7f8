"""What notices tell of tasks: as much of their rows as any body needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import case, select

from shared.db import Transaction
from shared.tasks.status import Status
from shared.tasks.task import tasks

SCRIPTS, JOBS = "scripts", "jobs"
"""The dialects whose notices are unlike the others'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A task as it is now; ``payload`` is None but for scripts, ``result`` while there is none."""

    id: str
    number: int
    account_id: str
    project_id: str | None
    target_id: str | None
    dialect: str
    source: str
    type: str
    status: Status
    caller_metadata: dict[str, Any] | None
    callback_url: str | None
    cost_cents: int
    attempt: int
    retry_count: int
    max_retries: int
    payload: dict[str, Any] | None
    detail: dict[str, Any] | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None


ONLY_FOR = {
    "payload": tasks.c.dialect == SCRIPTS,
    "detail": tasks.c.dialect == JOBS,
    "result": tasks.c.status == Status.COMPLETED.value,
}
"""Columns that may be large, and whose notices tell them."""
COLUMNS = [
    case((ONLY_FOR[f.name], tasks.c[f.name])).label(f.name) if f.name in ONLY_FOR else column
    for f in fields(Told)
    for column in (tasks.c[f.name],)
]


def read_told(tx: Transaction, ids: Collection[str]) -> dict[str, Told]:
    """The tasks with these ids, those that there are."""
    rows = tx.rows(select(*COLUMNS).where(tasks.c.id.in_(ids)))
    return {row.id: Told(**{**row._mapping, "status": Status(row.status)}) for row in rows}
