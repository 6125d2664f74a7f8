"""What was sent, and what became of it: the deliveries of a webhook, or of an account's callbacks.

What tells webhooks and callbacks apart is ``webhook_id``: None means the callbacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, select

from shared.db import Transaction
from shared.errors import NotFound
from shared.ids import is_id
from shared.notices.delivery import Delivery, DeliveryState, deliveries, delivery_tries
from shared.notices.endpoint import endpoints


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTry:
    """A try to send a delivery; ``error`` is None where it was taken."""

    at: datetime
    status_code: int | None
    error: str | None
    duration_seconds: float
    answer: str


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint fares: failures in a row, and until when nothing is sent because of them."""

    failures: int = 0
    waits_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which deliveries are asked for; what is None does not matter, but for ``webhook_id``."""

    account_id: str
    webhook_id: str | None
    state: DeliveryState | None = None
    task_id: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The rows wanted."""
        found = [deliveries.c.account_id == self.account_id, self._place()]
        if self.state is not None:
            found.append(deliveries.c.state == self.state.value)
        if self.task_id is not None:
            is_known = is_id(self.task_id)
            found.append(deliveries.c.task_id == self.task_id if is_known else false())
        return found

    def _place(self) -> ColumnElement[bool]:
        if self.webhook_id is None:
            return deliveries.c.webhook_id.is_(None)
        return deliveries.c.webhook_id == self.webhook_id


def list_deliveries(
    tx: Transaction, wanted: Wanted, *, before: int | None = None, limit: int = 50
) -> list[Delivery]:
    """Up to ``limit`` deliveries, newest first, older than number ``before``."""
    query = select(deliveries).where(*wanted.conditions())
    if before is not None:
        query = query.where(deliveries.c.number < before)
    query = query.order_by(deliveries.c.number.desc()).limit(limit)
    return [Delivery.of(row) for row in tx.rows(query)]


def get_delivery(tx: Transaction, wanted: Wanted, delivery_id: str) -> Delivery:
    """One of the deliveries ``wanted``; `NotFound` where there is none of that id."""
    found = None
    if is_id(delivery_id):
        query = select(deliveries).where(*wanted.conditions(), deliveries.c.id == delivery_id)
        found = tx.first(query)
    if found is None:
        raise NotFound("There is no such delivery.")
    return Delivery.of(found)


def tries_of(tx: Transaction, ids: Sequence[str]) -> dict[str, list[DeliveryTry]]:
    """Every try of each of the deliveries, oldest first."""
    found: dict[str, list[DeliveryTry]] = {id_: [] for id_ in ids}
    query = select(delivery_tries).where(delivery_tries.c.delivery_id.in_(ids))
    for row in tx.rows(query.order_by(delivery_tries.c.number)):
        found[row.delivery_id].append(_try(row))
    return found


def health_of(tx: Transaction, webhook_ids: Sequence[str]) -> dict[str, Health]:
    """How each of the webhooks fares."""
    columns = (endpoints.c.webhook_id, endpoints.c.failures, endpoints.c.open_until)
    rows = tx.rows(select(*columns).where(endpoints.c.id.in_(webhook_ids)))
    found = {row.webhook_id: Health(row.failures, row.open_until) for row in rows}
    return {id_: found.get(id_, Health()) for id_ in webhook_ids}


def _try(row: Any) -> DeliveryTry:
    return DeliveryTry(
        at=row.at,
        status_code=row.status_code,
        error=row.error,
        duration_seconds=row.duration_seconds,
        answer=row.answer,
    )
