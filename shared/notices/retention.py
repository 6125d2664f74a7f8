"""Old deliveries go, and webhooks that were deleted long ago; what has no hope is given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, exists, not_, or_, select, update

from shared.db import Transaction
from shared.notices.attempts import BREAK_AFTER
from shared.notices.delivery import IS_PENDING, DeliveryState, deliveries, delivery_tries
from shared.notices.endpoint import endpoints, lock_ids, wake
from shared.notices.line import PENDING, UNHELD, move_up
from shared.notices.webhook import webhooks

PURGE_AT_ONCE = 500
ENDPOINTS_AT_ONCE = 100
HOPELESS = timedelta(days=5)
"""Longer than all tries of one delivery take: what waits longer behind others that fail will not
be wanted any more."""
WAITED = "It waited for its endpoint, which failed for more than 5 days."
SPOT = (deliveries.c.number, deliveries.c.id, deliveries.c.endpoint_id, deliveries.c.task_id)


def give_up_hopeless(tx: Transaction) -> int:
    """Give up up to `PURGE_AT_ONCE` that were due long ago at endpoints that fail ever since."""
    over = tx.now - HOPELESS
    paused = exists().where(
        webhooks.c.id == endpoints.c.webhook_id, webhooks.c.paused_at.is_not(None)
    )
    waits = (IS_PENDING, deliveries.c.due_at < over, deliveries.c.leased_until.is_(None))
    failing = select(endpoints.c.id).where(
        endpoints.c.failures >= BREAK_AFTER,
        endpoints.c.failed_since < over,
        not_(paused),
        exists().where(deliveries.c.endpoint_id == endpoints.c.id, *waits),
    )
    failing = failing.order_by(endpoints.c.id).limit(ENDPOINTS_AT_ONCE)
    found: list[Row[Any]] = []
    for endpoint in tx.rows(failing.with_for_update(skip_locked=True)):
        due = select(*SPOT).where(deliveries.c.endpoint_id == endpoint.id, *waits)
        found += tx.rows(due.limit(PURGE_AT_ONCE - len(found)))
        if len(found) == PURGE_AT_ONCE:
            break  # there is more: the chore comes again at once
    if found:
        given_up = update(deliveries).where(deliveries.c.number.in_([r.number for r in found]))
        state = DeliveryState.GIVEN_UP.value
        tx.execute(given_up.values(state=state, error=WAITED, settled_at=tx.now, **UNHELD))
        _move_up(tx, found)
    return len(found)


def purge_deliveries(tx: Transaction, retention_days: int) -> int:
    """Remove up to `PURGE_AT_ONCE` deliveries older than that, then webhooks; how many went.

    What is pending still, behind a pause say, has some days more.
    """
    over = tx.now - timedelta(days=retention_days)
    is_over = or_(
        deliveries.c.state != PENDING,
        and_(deliveries.c.created_at < over - HOPELESS, deliveries.c.leased_until.is_(None)),
    )
    old = select(*SPOT, deliveries.c.state).where(deliveries.c.created_at < over, is_over)
    old = old.order_by(deliveries.c.created_at).limit(PURGE_AT_ONCE)
    waiting = {row.endpoint_id for row in tx.rows(old) if row.state == PENDING}
    lock_ids(tx, waiting)  # first of all: what is put behind them now must not wait for ever
    found = tx.rows(old.with_for_update(skip_locked=True))
    found = [row for row in found if row.state != PENDING or row.endpoint_id in waiting]
    if found:
        gone = delivery_tries.c.delivery_id.in_([row.id for row in found])
        tx.execute(delete(delivery_tries).where(gone))
        tx.execute(delete(deliveries).where(deliveries.c.number.in_([r.number for r in found])))
        _move_up(tx, [row for row in found if row.state == PENDING])
    return len(found) + _purge_endpoints(tx, over) + _purge_webhooks(tx, over)


def _purge_endpoints(tx: Transaction, over: Any) -> int:
    """Endpoints that nothing is or was sent to for long; their next notice makes them again."""
    used = exists().where(deliveries.c.endpoint_id == endpoints.c.id)
    idle = select(endpoints.c.id).where(endpoints.c.updated_at < over, not_(used))
    found = tx.rows(idle.limit(PURGE_AT_ONCE).with_for_update(skip_locked=True))
    if found:
        tx.execute(delete(endpoints).where(endpoints.c.id.in_([row.id for row in found])))
    return len(found)


def _purge_webhooks(tx: Transaction, over: Any) -> int:
    used = exists().where(deliveries.c.webhook_id == webhooks.c.id)
    gone = select(webhooks.c.number).where(webhooks.c.deleted_at < over, not_(used))
    found = tx.rows(gone.limit(PURGE_AT_ONCE).with_for_update(skip_locked=True))
    if found:
        tx.execute(delete(webhooks).where(webhooks.c.number.in_([row.number for row in found])))
    return len(found)


def _move_up(tx: Transaction, found: Sequence[Row[Any]]) -> None:
    """What stood behind them is due, where nothing else is before it."""
    move_up(tx, [(row.endpoint_id, row.task_id) for row in found if row.task_id])
    wake(tx, {row.endpoint_id for row in found})
