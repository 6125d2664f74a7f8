"""The tasks of a campaign: counted, and read part by part. The index of targets serves it all."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, func, select

from shared.campaigns.campaign import Campaign
from shared.db import Store, Transaction
from shared.tasks.status import Status
from shared.tasks.task import Task, tasks

READ_AT_ONCE = 1000


def of_campaign(campaign: Campaign) -> tuple[ColumnElement[bool], ...]:
    """The rows of its tasks."""
    return (tasks.c.target_id == campaign.id, tasks.c.type == campaign.task_type)


def counts_of(tx: Transaction, campaign: Campaign) -> dict[Status, int]:
    """How many of its tasks are in each status; those that were purged count no more."""
    query = select(tasks.c.status, func.count().label("n")).where(*of_campaign(campaign))
    found = {row.status: int(row.n) for row in tx.rows(query.group_by(tasks.c.status))}
    return {status: found.get(status.value, 0) for status in Status}


def tasks_in_parts(store: Store, campaign: Campaign) -> Iterator[list[Task]]:
    """All its tasks in the order of its sites; each part as it is when it is read."""
    after = 0
    while True:
        query = select(tasks).where(*of_campaign(campaign), tasks.c.number > after)
        with store.read() as tx:
            rows = tx.rows(query.order_by(tasks.c.number).limit(READ_AT_ONCE))
        if rows:
            yield [Task.of(row) for row in rows]
        if len(rows) < READ_AT_ONCE:
            return
        after = rows[-1].number
