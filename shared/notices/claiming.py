"""Deliveries that are due are claimed, with a lease, by whoever sends them.

Endpoints are looked at, never all that waits: one that is dead and has much waiting costs the
others nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, or_, select, update

from shared.db import Transaction
from shared.notices.attempts import seats
from shared.notices.callback_signing import callback_secret
from shared.notices.delivery import IS_PENDING, deliveries
from shared.notices.endpoint import endpoints
from shared.notices.line import drop_pending
from shared.notices.secret import open_secrets
from shared.notices.webhook import COLUMNS, Webhook, webhooks
from shared.sealed import NotOpened
from shared.settings import Settings

ENDPOINTS_AT_ONCE = 20
LEASE = timedelta(seconds=60)
"""Longer than any try takes."""
NOBODY: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A delivery that its holder is to send now; without secrets there is nothing to sign with."""

    id: str
    account_id: str
    endpoint_id: str
    webhook_id: str | None
    task_id: str | None
    holder: str
    url: str
    body: str
    tries: int
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """Where the deliveries of an endpoint go; a callback's have URLs of their own."""

    url: str | None
    secrets: tuple[str, ...]


def is_any_due(tx: Transaction) -> bool:
    """Whether some endpoint is to be looked at."""
    due = select(endpoints.c.id).where(endpoints.c.wake_at <= tx.now)
    return tx.first(due.limit(1)) is not None


def claim(
    tx: Transaction, settings: Settings, holder: str, most: int, held: Mapping[str, int] = NOBODY
) -> list[Sending]:
    """Claim up to ``most`` deliveries that are due.

    ``held`` is how many the holder sends of which account. None may have more of its places than
    are free: so one alone gets half of them, two a third each, and some are free for whoever
    comes next, however much waits of others.
    """
    counts = Counter(held)
    full = [account_id for account_id, count in counts.items() if not _share(most, count)]
    query = select(endpoints).where(endpoints.c.wake_at <= tx.now)
    query = query.where(endpoints.c.account_id.not_in(full))
    query = query.order_by(endpoints.c.wake_at).limit(ENDPOINTS_AT_ONCE)
    found: list[Sending] = []
    for endpoint in tx.rows(query.with_for_update(skip_locked=True)):
        account_id = endpoint.account_id
        room = _share(most - len(found), counts[account_id])
        if room > 0:
            claimed = _at(tx, settings, endpoint, holder, room)
            counts[account_id] += len(claimed)
            found += claimed
    return found


def _share(free: int, held: int) -> int:
    """How many more an account may have that has ``held``, with so many places free. Pure."""
    return max(0, (free - held + 1) // 2)


def _at(
    tx: Transaction, settings: Settings, endpoint: Row[Any], holder: str, most: int
) -> list[Sending]:
    """Claim what is due at one endpoint, and note when to look at it again."""
    if endpoint.open_until is not None and endpoint.open_until > tx.now:
        _look_again(tx, endpoint.id, endpoint.open_until)
        return []
    way = _way(tx, settings, endpoint)
    if not isinstance(way, _Way):
        _look_again(tx, endpoint.id, way)
        return []
    leased = select(deliveries.c.leased_until).where(
        deliveries.c.endpoint_id == endpoint.id, deliveries.c.leased_until > tx.now
    )
    ends = [row.leased_until for row in tx.rows(leased)]
    places = seats(endpoint.failures, has_taken=endpoint.taken_at is not None)
    free = min(most, places - len(ends))
    claimed = _lease(tx, _due(tx, endpoint.id, free), holder) if free > 0 else []
    ends += [tx.now + LEASE] * len(claimed)
    again = min(ends) if len(ends) >= places else _next_look(tx, endpoint.id, ends)
    _look_again(tx, endpoint.id, again)
    return [_sending(row, way, holder) for row in claimed]


def _way(tx: Transaction, settings: Settings, endpoint: Row[Any]) -> _Way | datetime | None:
    """How to send to the endpoint; where nothing is to be sent, when to look at it again."""
    if endpoint.webhook_id is None:
        row = callback_secret(tx, settings, endpoint.account_id)
        try:
            return _Way(None, tuple(row.opened(settings, tx.now)))
        except NotOpened:
            return _Way(None, ())
    lives = (webhooks.c.id == endpoint.webhook_id, webhooks.c.deleted_at.is_(None))
    found = tx.first(select(*COLUMNS).where(*lives))
    webhook = Webhook.of(found) if found else None
    if webhook is None or webhook.disabled_at is not None:
        return tx.now if drop_pending(tx, endpoint.id) else None
    if webhook.paused_at is not None:
        return None
    try:
        return _Way(webhook.url, tuple(open_secrets(settings, webhook, webhook.id, tx.now)))
    except NotOpened:
        return _Way(webhook.url, ())


def _due(tx: Transaction, endpoint_id: str, most: int) -> list[str]:
    query = select(deliveries.c.id).where(
        deliveries.c.endpoint_id == endpoint_id,
        IS_PENDING,
        deliveries.c.due_at <= tx.now,
        or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= tx.now),
    )
    query = query.order_by(deliveries.c.due_at, deliveries.c.number).limit(most)
    return [row.id for row in tx.rows(query)]


def _lease(tx: Transaction, ids: Sequence[str], holder: str) -> Sequence[Row[Any]]:
    if not ids:
        return []
    mine = update(deliveries).where(deliveries.c.id.in_(ids))
    leased = mine.values(holder=holder, leased_until=tx.now + LEASE)
    return tx.rows(leased.returning(*deliveries.c))


def _next_look(tx: Transaction, endpoint_id: str, ends: Sequence[datetime]) -> datetime | None:
    """When the next one is due, or a lease ends; None: nothing waits."""
    free = select(func.min(deliveries.c.due_at)).where(
        deliveries.c.endpoint_id == endpoint_id,
        IS_PENDING,
        deliveries.c.due_at.is_not(None),
        or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= tx.now),
    )
    due_at = tx.rows(free)[0][0]
    return min([*ends, *([due_at] if due_at else [])], default=None)


def _look_again(tx: Transaction, endpoint_id: str, at: datetime | None) -> None:
    tx.execute(update(endpoints).where(endpoints.c.id == endpoint_id).values(wake_at=at))


def _sending(row: Row[Any], way: _Way, holder: str) -> Sending:
    return Sending(
        id=row.id,
        account_id=row.account_id,
        endpoint_id=row.endpoint_id,
        webhook_id=row.webhook_id,
        task_id=row.task_id,
        holder=holder,
        url=way.url or row.url or "",
        body=row.body,
        tries=row.tries,
        secrets=way.secrets,
    )
