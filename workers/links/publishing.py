"""One attempt at a link: what the task orders, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from shared.campaigns.campaign import campaigns_of
from shared.links.attempt import make_link
from shared.links.order import Order
from shared.links.outcome import result_of
from shared.links.service import Service
from shared.tasks.retry import RetryPolicy
from shared.tasks.task import tasks
from shared.tasks.task_type import Context, Payload
from workers.journal import Journal
from workers.links.ordering import order_of

RETRY = RetryPolicy(max_retries=3, first_seconds=30.0)
TIME_LIMIT_SECONDS = 600.0


def publish(service: Service, payload: Payload, context: Context) -> dict[str, Any]:
    """Make the task's link, or find out that an earlier attempt did; what it is.

    `GiveWay` where the task is another attempt's by now, or is to stop; else `TaskError`.
    """
    (order,) = orders_for(service, [payload], [context])
    return result_of(make_link(order, context.yard.settings, Journal(context)))


def orders_for(
    service: Service, payloads: Sequence[Payload], contexts: Sequence[Context]
) -> list[Order]:
    """What the tasks order: their own words, and those of the campaigns that they belong to."""
    ids = [context.task_id for context in contexts]
    with contexts[0].yard.store.read() as tx:
        rows = tx.rows(select(tasks.c.id, tasks.c.target_id).where(tasks.c.id.in_(ids)))
        targets = {row.id: row.target_id for row in rows}
        campaigns = campaigns_of(tx, list(targets.values()))
    return [
        order_of(task_id, service, payload, campaigns.get(targets[task_id] or ""))
        for task_id, payload in zip(ids, payloads, strict=True)
    ]
