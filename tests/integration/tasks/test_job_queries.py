"""Jobs as rows: which an owner sees, on both stores, and by which index."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from shared.db import Store, Transaction
from shared.errors import NotFound
from shared.ids import new_id
from shared.settings import Settings
from shared.tasks import dispatch, job_queries
from shared.tasks.job_queries import JobFilter, Reading, get_job, list_jobs, readings
from shared.tasks.status import Status
from shared.tasks.task import tasks
from tests.many_tasks import copy_tasks
from tests.memory_yard import MemoryYard, Roomy
from tests.owner import TYPES

KINDS = {kind.name: kind for kind in TYPES}
ERRORS = JobFilter(statuses=frozenset({Status.FAILED}))


@pytest.fixture
def yard(store: Store, settings: Settings) -> MemoryYard:
    """A yard that knows the job types."""
    made = MemoryYard(store, settings)
    made.yard.registry.types.update(KINDS)
    return made


def submit(yard: MemoryYard, document_id: str, name: str = "EXTRACTION", **changes: Any) -> str:
    """A job on a document."""
    draft = yard.draft(KINDS[name], payload={"documentId": document_id}, **changes)
    dispatch.submit(yard.yard, [draft], Roomy())
    return draft.id


def failed(yard: MemoryYard, document_id: str) -> str:
    """A job that failed for good."""
    job_id = submit(yard, document_id)
    yard.fails_for_good(*yard.claim(job_id))
    return job_id


def change(yard: MemoryYard, job_id: str, **values: Any) -> None:
    """Set columns of a job."""
    with yard.store.begin() as tx:
        tx.execute(update(tasks).where(tasks.c.id == job_id).values(**values))


def listed(yard: MemoryYard, wanted: JobFilter | None = None, **page: int) -> list[str]:
    """The ids that a list shows."""
    with yard.store.read() as tx:
        found = list_jobs(tx, yard.account.id, wanted or JobFilter(), **{"limit": 100, **page})
    return [task.id for task in found]


def test_a_list_has_the_newest_of_the_last_24_hours(yard: MemoryYard) -> None:
    old, first, second = (submit(yard, new_id()) for _ in range(3))
    change(yard, old, created_at=yard.store.now() - timedelta(hours=24, seconds=1))
    change(yard, first, created_at=yard.store.now() - timedelta(hours=23, minutes=59))

    assert listed(yard) == [second, first]
    assert listed(yard, limit=1, offset=1) == [first]


def test_neither_hidden_nor_canceled_nor_foreign_jobs_are_there(yard: MemoryYard) -> None:
    hidden, canceled, foreign = (submit(yard, new_id()) for _ in range(3))
    change(yard, hidden, hidden=True)
    yard.cancel(canceled)
    change(yard, foreign, account_id=yard.open_account("other").id)

    assert listed(yard) == []
    for job_id in (hidden, canceled, foreign, "nowhere"):
        with yard.store.read() as tx, pytest.raises(NotFound):
            get_job(tx, yard.account.id, job_id)


def test_an_error_is_listed_until_a_newer_job_replaces_it(yard: MemoryYard) -> None:
    document_id = new_id()
    job_id = failed(yard, document_id)
    submit(yard, document_id, "TRANSCRIPTION")
    submit(yard, document_id, account_id=yard.open_account("other").id)
    assert listed(yard, ERRORS) == [job_id]

    again = submit(yard, document_id)

    assert listed(yard, ERRORS) == []
    yard.cancel(again)
    assert listed(yard, ERRORS) == []


def test_the_newest_reading_tells_how_far_a_document_is(yard: MemoryYard) -> None:
    read, broken, canceled, never = (new_id() for _ in range(4))
    failed(yard, read)
    newest = submit(yard, read, "TRANSCRIPTION")
    submit(yard, read, "GENERATION")
    submit(yard, read, account_id=yard.open_account("other").id)
    broke = failed(yard, broken)
    yard.cancel(submit(yard, broken))
    yard.cancel(submit(yard, canceled))

    with yard.store.read() as tx:
        found = readings(tx, yard.account.id, [read, broken, canceled, never])

    error = {"code": "TASK_FAILED", "message": "broken"}
    assert found == {
        read: Reading(newest, Status.QUEUED, None),
        broken: Reading(broke, Status.FAILED, error),
    }


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (JobFilter(), "ix_tasks_jobs"),
        (JobFilter(types=frozenset({"SYNC"})), "ix_tasks_jobs"),
        (JobFilter(target_id=new_id()), "ix_tasks_targets"),
        (ERRORS, "ix_tasks_targets"),
    ],
)
def test_a_list_costs_what_it_shows(yard: MemoryYard, wanted: JobFilter, index: str) -> None:
    assert index in plan(yard, wanted)


def plan(yard: MemoryYard, wanted: JobFilter) -> str:
    """How the store would look for a list, in a table that is large."""
    submit(yard, new_id())
    explain = "EXPLAIN QUERY PLAN"
    found: list[str] = []
    with suppress(RolledBack), yard.store.begin() as tx:
        if tx.dialect == "postgresql":
            explain = "EXPLAIN"
            _make_large(tx)
        query = job_queries.jobs_query(yard.account.id, wanted, tx.now).limit(25)
        literal = query.compile(yard.store.engine, compile_kwargs={"literal_binds": True})
        found.append(str(tx.rows(text(f"{explain} {literal}".replace(":", "\\:")))))
        raise RolledBack
    return found[0]


class RolledBack(Exception):
    """Leaves nothing of a transaction."""


def _make_large(tx: Transaction) -> None:
    """Fill the table with copies of the one task in it: all types, each with its own target."""
    types = ", ".join(f"'{name}'" for name in job_queries.JOB_TYPES)
    others = {"target_id": "gen_random_uuid()", "type": f"(ARRAY[{types}])[1 + n % 6]"}
    copy_tasks(tx, 5000, **others)
