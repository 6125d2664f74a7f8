"""INDEX_CHECK: whether a page that search engines were told of may be indexed; asked for by others.

What is found is written into the result of the indexing task, wherever that was done.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import select, update

from shared.db import Transaction
from shared.ids import is_id
from shared.links.attempt import told_as_task_errors
from shared.links.payload import POOL
from shared.links.service import Service
from shared.tasks.draft import Draft
from shared.tasks.outcome import Completed
from shared.tasks.status import Status
from shared.tasks.task import is_now, tasks
from shared.tasks.task_type import Context, Payload, TaskType
from workers.links.publishing import RETRY


class IndexCheckPayload(Schema):
    """The page, and the task that told search engines of it."""

    task_id = fields.String(required=True, validate=validate.Length(min=1, max=36))
    url = fields.String(required=True, validate=validate.Length(min=1, max=2000))


def run(payload: Payload, context: Context) -> dict[str, Any]:
    """Look at the page as an engine does."""
    from shared.links.indexing_check import is_indexable

    url = str(payload["url"])
    with told_as_task_errors():
        may_be, why = is_indexable(context.yard.settings, url)
    return {"task_id": payload["task_id"], "url": url, "is_indexed": may_be, "note": why}


def settle(tx: Transaction, completed: Sequence[Completed]) -> list[Draft]:
    """Write what was found into the indexing tasks' results; no task follows."""
    for outcome in sorted(completed, key=lambda o: str(o.result["task_id"])):
        _write(tx, outcome)
    return []


def _write(tx: Transaction, outcome: Completed) -> None:
    """Only into a task of the same account: anybody may submit a check, of anything."""
    found = outcome.result
    task_id = str(found["task_id"])
    if not is_id(task_id):
        return
    theirs = (
        tasks.c.id == task_id,
        tasks.c.account_id == outcome.task.account_id,
        tasks.c.type == Service.INDEXING.type_name,
        is_now(Status.COMPLETED),
    )
    row = tx.first(select(tasks.c.result).where(*theirs).with_for_update())
    if row is None:
        return
    before = row.result or {}
    notes = filter(None, (before.get("note"), found["note"]))
    result = {**before, "is_indexed": found["is_indexed"], "note": " ".join(notes)}
    tx.execute(update(tasks).where(*theirs).values(result=result, updated_at=tx.now))


INDEX_CHECK = TaskType(
    name="INDEX_CHECK",
    pool=POOL,
    queue="index_check",
    payload=IndexCheckPayload(),
    run=run,
    settle=settle,
    retry=RETRY,
    time_limit_seconds=120.0,
)
