"""Endpoints: what notices are sent to, a webhook or the host of callbacks, and how it fares.

A row is made with the first notice for it. Whoever adds, takes or settles a notice has the row
locked, so that one task's notices for it stay in their order.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import httpx
from sqlalchemy import (
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    case,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from shared.columns import Id, Moment, Number
from shared.db import Transaction, metadata

HAS_WORK = text("wake_at IS NOT NULL")

endpoints = Table(
    "endpoints",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("webhook_id", Id),
    Column("origin", String(300)),
    Column("failures", Integer, nullable=False),
    Column("open_until", Moment),
    Column("wake_at", Moment),
    Column("failed_since", Moment),
    Column("taken_at", Moment),
    Column("updated_at", Moment, nullable=False),
    UniqueConstraint("account_id", "origin"),
    Index("ix_endpoints_wake", "wake_at", postgresql_where=HAS_WORK, sqlite_where=HAS_WORK),
    sqlite_autoincrement=True,
)
"""A webhook's has the webhook's id as ``id`` and ``webhook_id``; that of callbacks has an
``origin`` instead, such as https://example.org:8443. ``failures`` in a row since ``failed_since``;
until ``open_until`` nothing is sent. ``taken_at`` is when it last took a notice, ``wake_at`` when
to look at it again, null where nothing waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a notice goes, for its account: to a webhook, or to the host of a callback's URL."""

    account_id: str
    webhook_id: str | None = None
    origin: str | None = None

    @classmethod
    def of_callback(cls, account_id: str, url: str) -> Place:
        """The place of ``url``, which was checked when it was given."""
        parsed = httpx.URL(url)
        netloc = parsed.netloc.decode("ascii")
        return cls(account_id=account_id, origin=f"{parsed.scheme}://{netloc}")

    @property
    def id(self) -> str:
        """The id of its endpoint."""
        return self.webhook_id or str(uuid5(UUID(self.account_id), self.origin or ""))

    def row(self) -> dict[str, Any]:
        """Its endpoint as it is at first."""
        return {
            "id": self.id,
            "account_id": self.account_id,
            "webhook_id": self.webhook_id,
            "origin": self.origin,
            "failures": 0,
        }


def lock_endpoints(tx: Transaction, places: Collection[Place]) -> None:
    """Make the endpoints of ``places`` that there are not yet, and lock them all, in one order."""
    wanted = {place.id: place for place in places}
    while wanted:
        rows = [{**wanted[id_].row(), "updated_at": tx.now} for id_ in sorted(wanted)]
        insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
        tx.execute(insert(endpoints).on_conflict_do_nothing(), rows)
        for id_ in lock_ids(tx, list(wanted)):
            del wanted[id_]  # one may just have been purged: then it is made again


def lock_ids(tx: Transaction, ids: Collection[str]) -> list[str]:
    """Lock the endpoints with these ids, in one order; those that there are."""
    query = select(endpoints.c.id).where(endpoints.c.id.in_(ids)).order_by(endpoints.c.id)
    return [row.id for row in tx.rows(query.with_for_update())]


def wake(tx: Transaction, ids: Collection[str]) -> None:
    """Let senders look at the endpoints as soon as they may: there is something to do."""
    opens_at = case((endpoints.c.open_until > tx.now, endpoints.c.open_until), else_=tx.now)
    mine = update(endpoints).where(endpoints.c.id.in_(ids))
    tx.execute(mine.values(wake_at=opens_at, updated_at=tx.now))
