"""Reading jobs: the tasks that work on an owner's documents, as long as the owner may see them.

Canceled jobs and those of what was deleted are not there for anybody.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, exists, func, or_, select

from shared.db import Transaction
from shared.documents.document import documents
from shared.documents.folder import folders
from shared.errors import NotFound
from shared.ids import is_id
from shared.tasks.status import Status
from shared.tasks.task import Task, tasks

READING_TYPES = ("EXTRACTION", "TRANSCRIPTION")
"""The jobs that find out what a document says; the newest one is where the document stands."""
JOB_TYPES = ("EXTRACTION", "EMBEDDING", "SYNC", "IMPORT", "TRANSCRIPTION", "GENERATION")
SHOWN = frozenset(Status) - {Status.CANCELED}
WINDOW = timedelta(hours=24)
"""How far back lists go; how long jobs are kept is another thing."""


def _is_deleted(table: Table) -> ColumnElement[bool]:
    """Whether the job's target is a row of ``table`` that was deleted."""
    return exists().where(table.c.id == tasks.c.target_id, table.c.deleted_at.is_not(None))


_VISIBLE = (
    tasks.c.target_id.is_not(None),
    tasks.c.type.in_(JOB_TYPES),
    tasks.c.status.in_([status.value for status in SHOWN]),
    ~tasks.c.hidden,
    # one that was asked for in the very moment in which its target was deleted is not hidden
    ~_is_deleted(documents),
    ~_is_deleted(folders),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Which jobs are wanted; None where it does not matter."""

    types: frozenset[str] | None = None
    statuses: frozenset[Status] | None = None
    target_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How far the reading of a document is."""

    job_id: str
    status: Status
    error: dict[str, Any] | None


def list_jobs(
    tx: Transaction, account_id: str, wanted: JobFilter, *, limit: int, offset: int = 0
) -> list[Task]:
    """The account's jobs of the last 24 hours, newest first.

    Where failed ones are asked for, those that a newer job of the same type and target replaced
    are left out: whoever does all of them again comes to rest.
    """
    if wanted.target_id is not None and not is_id(wanted.target_id):
        return []
    query = jobs_query(account_id, wanted, tx.now).limit(limit).offset(offset)
    return [Task.of(row) for row in tx.rows(query)]


def jobs_query(account_id: str, wanted: JobFilter, now: datetime) -> Select[Any]:
    """The rows that `list_jobs` shows, newest first."""
    mine = _is_of(account_id) if wanted.target_id is None else _is_just_of(account_id)
    query = select(tasks).where(
        mine, *_VISIBLE, tasks.c.created_at >= now - WINDOW, *_conditions(wanted)
    )
    return query.order_by(tasks.c.created_at.desc(), tasks.c.id.desc())


def get_job(tx: Transaction, account_id: str, job_id: str) -> Task:
    """The account's job, however old; `NotFound` where there is none such to be seen."""
    query = select(tasks).where(_is_of(account_id), *_VISIBLE, tasks.c.id == job_id)
    row = tx.first(query) if is_id(job_id) else None
    if row is None:
        raise NotFound("There is no such job.")
    return Task.of(row)


def readings(tx: Transaction, account_id: str, document_ids: Collection[str]) -> dict[str, Reading]:
    """How far each document is, by its newest job that reads it; none where there is none."""
    mine = (
        tasks.c.account_id == account_id,
        tasks.c.target_id.in_(document_ids),
        tasks.c.type.in_(READING_TYPES),
        tasks.c.status != Status.CANCELED.value,
    )
    newest = select(func.max(tasks.c.number)).where(*mine).group_by(tasks.c.target_id)
    columns = (tasks.c.target_id, tasks.c.id, tasks.c.status, tasks.c.error)
    rows = tx.rows(select(*columns).where(tasks.c.number.in_(newest)))
    return {row.target_id: Reading(row.id, Status(row.status), row.error) for row in rows}


def _is_of(account_id: str) -> ColumnElement[bool]:
    return tasks.c.account_id == account_id


def _is_just_of(account_id: str) -> ColumnElement[bool]:
    """The same in a form that no index serves: a target has few jobs, its account very many."""
    return func.coalesce(tasks.c.account_id, tasks.c.account_id) == account_id


def _conditions(wanted: JobFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.types is not None:
        conditions.append(tasks.c.type.in_(sorted(wanted.types)))
    if wanted.target_id is not None:
        conditions.append(tasks.c.target_id == wanted.target_id)
    if wanted.statuses is not None:
        conditions.append(tasks.c.status.in_([s.value for s in wanted.statuses]))
        if Status.FAILED in wanted.statuses:
            conditions.append(or_(tasks.c.status != Status.FAILED.value, ~_is_replaced()))
    return conditions


def _is_replaced() -> ColumnElement[bool]:
    """Whether there is a newer job of the same type and target."""
    newer = tasks.alias("newer")
    return exists().where(
        newer.c.target_id == tasks.c.target_id,
        newer.c.type == tasks.c.type,
        newer.c.number > tasks.c.number,
        newer.c.account_id == tasks.c.account_id,
    )
