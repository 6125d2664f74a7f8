"""Deliveries are put in line, sent again, and dropped; all under the lock of their endpoints.

One task's deliveries to one endpoint are sent in order of their events: the first that is pending
has a due time, those behind it have none until it is over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Insert, and_, exists, func, insert, select, update

from shared.db import Transaction
from shared.ids import new_id
from shared.notices.delivery import IS_PENDING, Delivery, DeliveryState, deliveries
from shared.notices.endpoint import Place, lock_endpoints, lock_ids, wake
from shared.notices.webhook import webhooks
from shared.rows import ROWS, encode_rows, row_set

PENDING = DeliveryState.PENDING.value
DROP_AT_ONCE = 2000
Spot = tuple[str, str]
"""An endpoint's id and a task's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A notice for ``place``; ``url`` is a callback's, a test has neither task nor event number."""

    place: Place
    event: str
    body: str
    url: str | None = None
    task_id: str | None = None
    event_number: int | None = None
    id: str = field(default_factory=new_id)

    def row(self, now: datetime, due_at: datetime | None) -> dict[str, Any]:
        """It as a row."""
        return {
            "id": self.id,
            "account_id": self.place.account_id,
            "endpoint_id": self.place.id,
            "webhook_id": self.place.webhook_id,
            "url": self.url,
            "task_id": self.task_id,
            "event_number": self.event_number,
            "event": self.event,
            "body": self.body,
            "state": PENDING,
            "tries": 0,
            "due_at": due_at,
            "created_at": now,
        }


NAMES = (
    "id",
    "account_id",
    "endpoint_id",
    "webhook_id",
    "url",
    "task_id",
    "event_number",
    "event",
    "body",
    "state",
    "tries",
    "due_at",
    "created_at",
)


def add(tx: Transaction, new: Sequence[NewDelivery]) -> None:
    """Put ``new``, in order of their events, in line."""
    if not new:
        return
    places = {one.place for one in new}
    lock_endpoints(tx, places)
    ids = [place.id for place in places]
    taken = _taken(tx, ids, {one.task_id for one in new if one.task_id})
    rows = []
    for one in new:
        spot = (one.place.id, one.task_id or one.id)
        rows.append(one.row(tx.now, None if spot in taken else tx.now))
        taken.add(spot)
    tx.execute(_insertion(tx.dialect), {ROWS: encode_rows(rows)})
    wake(tx, ids)


def send_again(tx: Transaction, ids: Collection[str]) -> int:
    """Put deliveries that are over in line again, with every try before them; how many.

    Those of webhooks that were deleted or disabled stay as they are. The same ids are sent, so
    that receivers know them.
    """
    chosen = deliveries.c.id.in_(ids)
    found = tx.rows(select(deliveries.c.endpoint_id).distinct().where(chosen))
    endpoint_ids = lock_ids(tx, [row.endpoint_id for row in found])
    lives = exists().where(
        webhooks.c.id == deliveries.c.webhook_id,
        webhooks.c.deleted_at.is_(None),
        webhooks.c.disabled_at.is_(None),
    )
    query = select(deliveries).where(
        chosen,
        deliveries.c.state != PENDING,
        deliveries.c.endpoint_id.in_(endpoint_ids),
        deliveries.c.webhook_id.is_(None) | lives,
    )
    # locked, so that none is purged before those behind it are put in line
    query = query.order_by(deliveries.c.number).with_for_update()
    over = [Delivery.of(row) for row in tx.rows(query)]
    taken = _taken(tx, endpoint_ids, {one.task_id for one in over if one.task_id})
    due: dict[bool, list[str]] = {True: [], False: []}
    for one in over:
        spot = (one.endpoint_id, one.task_id or one.id)
        due[spot not in taken].append(one.id)
        taken.add(spot)
    for is_first, again in due.items():
        due_at = tx.now if is_first else None
        _move(tx, again, state=PENDING, tries=0, due_at=due_at, settled_at=None)
    wake(tx, endpoint_ids)
    return len(over)


def drop_pending(tx: Transaction, endpoint_id: str) -> bool:
    """What waits for the endpoint is not sent: its webhook is no more, or is disabled.

    Up to `DROP_AT_ONCE`, for 100,000 take longer than a caller waits; whether more may be left,
    for senders to drop. Those that stand behind others go first, lest they be left without them.
    """
    lock_ids(tx, [endpoint_id])
    due_at = deliveries.c.due_at
    nulls_first = due_at.desc() if tx.dialect == "postgresql" else due_at.asc()
    mine = select(deliveries.c.number).where(deliveries.c.endpoint_id == endpoint_id, IS_PENDING)
    numbers = [row.number for row in tx.rows(mine.order_by(nulls_first).limit(DROP_AT_ONCE))]
    dropped = update(deliveries).where(deliveries.c.number.in_(numbers))
    values = {"state": DeliveryState.DROPPED.value, "settled_at": tx.now, **UNHELD}
    tx.execute(dropped.values(values))
    if len(numbers) < DROP_AT_ONCE:
        return False
    wake(tx, [endpoint_id])
    return True


def move_up(tx: Transaction, spots: Iterable[Spot]) -> None:
    """The next delivery of each line is due, where none before it is pending any more."""
    for endpoint_id, task_id in sorted(set(spots)):
        mine = and_(
            deliveries.c.endpoint_id == endpoint_id,
            deliveries.c.task_id == task_id,
            IS_PENDING,
        )
        first = select(func.min(deliveries.c.number)).where(mine).scalar_subquery()
        next_one = update(deliveries).where(deliveries.c.number == first)
        tx.execute(next_one.where(deliveries.c.due_at.is_(None)).values(due_at=tx.now))


UNHELD: dict[str, Any] = {"due_at": None, "holder": None, "leased_until": None}
"""What a delivery that is over has."""


@lru_cache
def _insertion(dialect: str) -> Insert:
    columns = [deliveries.c[name] for name in NAMES]
    given = row_set(dialect, columns)
    return insert(deliveries).from_select(NAMES, select(*(given.c[name] for name in NAMES)))


def _taken(tx: Transaction, endpoint_ids: Collection[str], task_ids: Collection[str]) -> set[Spot]:
    """The lines in which something is pending."""
    query = select(deliveries.c.endpoint_id, deliveries.c.task_id).distinct()
    query = query.where(
        deliveries.c.endpoint_id.in_(endpoint_ids),
        deliveries.c.task_id.in_(task_ids),
        IS_PENDING,
    )
    return {(row.endpoint_id, row.task_id) for row in tx.rows(query)}


def _move(tx: Transaction, ids: Sequence[str], **values: Any) -> None:
    if ids:
        tx.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(**values))
