"""Tests, and deliveries that are sent again because somebody asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import select, update

from shared.db import Transaction
from shared.errors import Conflict
from shared.notices.body import envelope
from shared.notices.delivery import Delivery, DeliveryState, deliveries
from shared.notices.delivery_log import Wanted, get_delivery
from shared.notices.endpoint import Place, lock_ids, wake
from shared.notices.line import NewDelivery, add, send_again
from shared.notices.webhook import Webhook

TEST = "webhook.test"
AT_ONCE = 500
"""How many deliveries are read and put in line by one transaction."""


@dataclass(frozen=True, slots=True)
class Span:
    """The deliveries made from ``since`` and before ``until``; None means without that bound."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many are sent again, and the last one that was looked at; None: there are no more."""

    count: int
    last: Delivery | None


def add_test(tx: Transaction, webhook: Webhook) -> Delivery:
    """Send ``webhook`` a notice of no task; `Conflict` where it is sent nothing."""
    if webhook.paused_at or webhook.disabled_at:
        word = "disabled" if webhook.disabled_at else "paused"
        raise Conflict(f"The webhook is {word}: resume it first.")
    place = Place(account_id=webhook.account_id, webhook_id=webhook.id)
    new = NewDelivery(place=place, event=TEST, body=_test_body(webhook, tx.now))
    add(tx, [new])
    wanted = Wanted(account_id=webhook.account_id, webhook_id=webhook.id)
    return get_delivery(tx, wanted, new.id)


def replay(tx: Transaction, delivery: Delivery) -> Delivery:
    """Send ``delivery`` again as it was; one that waits for its next try is sent now.

    `Conflict` where its webhook is disabled.
    """
    wanted = Wanted(account_id=delivery.account_id, webhook_id=delivery.webhook_id)
    if delivery.state == DeliveryState.PENDING:
        _hurry(tx, [delivery])
    elif not send_again(tx, [delivery.id]):
        raise Conflict("The webhook is disabled: resume it first.")
    return get_delivery(tx, wanted, delivery.id)


def replay_next(tx: Transaction, wanted: Wanted, span: Span, after: int) -> Replayed:
    """Send up to `AT_ONCE` deliveries with numbers above ``after`` again, the oldest first."""
    query = select(deliveries).where(*wanted.conditions(), deliveries.c.number > after)
    if span.since is not None:
        query = query.where(deliveries.c.created_at >= span.since)
    if span.until is not None:
        query = query.where(deliveries.c.created_at < span.until)
    rows = tx.rows(query.order_by(deliveries.c.number).limit(AT_ONCE))
    found = [Delivery.of(row) for row in rows]
    count = _hurry(tx, [one for one in found if one.state == DeliveryState.PENDING])
    over = [one.id for one in found if one.state != DeliveryState.PENDING]
    count += send_again(tx, over) if over else 0
    return Replayed(count, found[-1] if len(found) == AT_ONCE else None)


def _hurry(tx: Transaction, waiting: Sequence[Delivery]) -> int:
    """Let the next try of ``waiting`` be now, but for those that are behind another one, or are
    being sent; how many."""
    if not waiting:
        return 0
    places = lock_ids(tx, {one.endpoint_id for one in waiting})
    moved = update(deliveries).where(
        deliveries.c.id.in_([one.id for one in waiting]),
        deliveries.c.state == DeliveryState.PENDING.value,
        deliveries.c.due_at.is_not(None),
        deliveries.c.leased_until.is_(None),
    )
    count = len(tx.rows(moved.values(due_at=tx.now).returning(deliveries.c.id)))
    wake(tx, places)
    return count


def _test_body(webhook: Webhook, now: datetime) -> str:
    data = {"webhookId": webhook.id, "description": webhook.description}
    return orjson.dumps(envelope(TEST, now, data)).decode()
