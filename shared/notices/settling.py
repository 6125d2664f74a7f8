"""What came of tries is written down: what follows for the delivery, its line, and its endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from shared.db import Transaction
from shared.notices.attempts import BREAK_AFTER, Reception, next_wait, pause, reception_of
from shared.notices.claiming import Sending
from shared.notices.delivery import IS_LEASED, DeliveryState, deliveries, delivery_tries
from shared.notices.endpoint import endpoints, lock_ids, wake
from shared.notices.line import UNHELD, Spot, drop_pending, move_up
from shared.notices.webhook import webhooks

GONE = "It answered with status 410: it is gone."


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A try that is over. ``error`` is None where it was taken; ``share`` is of the jitter."""

    sending: Sending
    at: datetime
    duration_seconds: float
    status_code: int | None = None
    error: str | None = None
    answer: str = ""
    asked_seconds: float | None = None
    share: float = 0.0

    @property
    def reception(self) -> Reception:
        """What it means."""
        return reception_of(self.status_code)

    def row(self) -> dict[str, Any]:
        """It as a row of `delivery_tries`."""
        return {
            "delivery_id": self.sending.id,
            "at": self.at,
            "status_code": self.status_code,
            "error": self.error,
            "duration_seconds": self.duration_seconds,
            "answer": self.answer,
        }


def settle(tx: Transaction, tried: Sequence[Tried]) -> None:
    """Write down what came of ``tried``, in the order in which they ended."""
    if not tried:
        return
    ids = sorted({one.sending.endpoint_id for one in tried})
    query = select(endpoints).where(endpoints.c.id.in_(ids)).order_by(endpoints.c.id)
    rows = tx.rows(query.with_for_update())
    tx.execute(insert(delivery_tries), [one.row() for one in tried])
    over = [spot for one in tried for spot in _settle(tx, one)]
    move_up(tx, over)
    for endpoint in rows:
        mine = [one for one in tried if one.sending.endpoint_id == endpoint.id]
        _note(tx, endpoint, mine)
    _disable(tx, [one.sending for one in tried if one.reception is Reception.GONE])
    wake(tx, ids)


def release(tx: Transaction, sendings: Sequence[Sending]) -> None:
    """Give back what was claimed and is not sent after all."""
    for one in sendings:
        held = update(deliveries).where(deliveries.c.id == one.id)
        held = held.where(deliveries.c.holder == one.holder)
        tx.execute(held.values(holder=None, leased_until=None))
    wake(tx, {one.endpoint_id for one in sendings})


def lose(tx: Transaction, sender: str) -> int:
    """Give back what the dead ``sender``, any incarnation of it, was sending; how much.

    It is sent again at once, perhaps to somebody who took it already: at least once.
    """
    theirs = (IS_LEASED, deliveries.c.holder.startswith(f"{sender}/", autoescape=True))
    found = tx.rows(select(deliveries.c.endpoint_id).where(*theirs).distinct())
    ids = lock_ids(tx, [row.endpoint_id for row in found])
    held = update(deliveries).where(*theirs, deliveries.c.endpoint_id.in_(ids))
    lost = tx.execute(held.values(holder=None, leased_until=None)).rowcount
    wake(tx, ids)
    return lost


def _settle(tx: Transaction, tried: Tried) -> list[Spot]:
    """The delivery after its try; its line, where it is over."""
    sending = tried.sending
    mine = update(deliveries).where(deliveries.c.id == sending.id)
    told = {"status_code": tried.status_code, "error": tried.error, "tries": sending.tries + 1}
    if tried.reception is Reception.TAKEN:
        # taken is taken, whatever else was decided of it meanwhile
        is_open = deliveries.c.state != DeliveryState.DELIVERED.value
        delivered = DeliveryState.DELIVERED.value
        values = {**told, **UNHELD, "state": delivered, "settled_at": tx.now}
        return _spot(sending) if tx.execute(mine.where(is_open).values(values)).rowcount else []
    held = mine.where(
        deliveries.c.state == DeliveryState.PENDING.value,
        deliveries.c.holder == sending.holder,
        deliveries.c.tries == sending.tries,
    )
    wait = next_wait(sending.tries + 1, tried.asked_seconds, tried.share)
    if wait is not None and tried.reception is Reception.FAILED:
        tx.execute(held.values({**told, **UNHELD, "due_at": tx.now + wait}))
        return []
    given_up = DeliveryState.GIVEN_UP.value
    values = {**told, **UNHELD, "state": given_up, "settled_at": tx.now}
    return _spot(sending) if tx.execute(held.values(values)).rowcount else []


def _spot(sending: Sending) -> list[Spot]:
    return [(sending.endpoint_id, sending.task_id)] if sending.task_id else []


def _note(tx: Transaction, endpoint: Row[Any], tried: Sequence[Tried]) -> None:
    """How the endpoint fares, after tries of it.

    A failure that ends while its breaker is open began before that, and is not counted again: eight
    at once would make the first pause eight times as long.
    """
    failures, since, open_until = endpoint.failures, endpoint.failed_since, endpoint.open_until
    taken_at = endpoint.taken_at
    for one in tried:
        if one.reception is Reception.TAKEN:
            failures, since, open_until, taken_at = 0, None, None, tx.now
            continue
        is_open = open_until is not None and open_until > tx.now and failures >= BREAK_AFTER
        failures, since = failures + (not is_open), since or tx.now
        rest = pause(failures, one.status_code, one.asked_seconds, one.share)
        if rest is not None:
            open_until = max(open_until or tx.now, tx.now + rest)
    mine = update(endpoints).where(endpoints.c.id == endpoint.id)
    told = {"failures": failures, "failed_since": since, "open_until": open_until}
    tx.execute(mine.values(**told, taken_at=taken_at))


def _disable(tx: Transaction, gone: Sequence[Sending]) -> None:
    """Webhooks that say so themselves are sent nothing any more, until their owner resumes them."""
    for one in gone:
        if one.webhook_id is None:
            continue
        mine = update(webhooks).where(webhooks.c.id == one.webhook_id)
        mine = mine.where(webhooks.c.disabled_at.is_(None))
        tx.execute(mine.values(disabled_at=tx.now, disabled_reason=GONE, updated_at=tx.now))
        drop_pending(tx, one.endpoint_id)
