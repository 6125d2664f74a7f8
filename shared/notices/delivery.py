"""Deliveries: one notice for one endpoint each, and every try to send it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

from shared.columns import Id, Moment, Number
from shared.db import metadata

WAITS = text("state = 'pending'")
IS_LEASED = text("leased_until IS NOT NULL")


class DeliveryState(StrEnum):
    """Where a delivery stands.

    pending    it is to be sent, or sent again
    delivered  the endpoint took it
    given_up   it failed until no try was left
    dropped    its webhook was deleted or disabled before it was sent
    """

    PENDING = "pending"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"


deliveries = Table(
    "deliveries",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("endpoint_id", Id, nullable=False),
    Column("webhook_id", Id),
    Column("url", Text),
    Column("task_id", Id),
    Column("event_number", Number),
    Column("event", String(60), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due_at", Moment),
    Column("holder", String(36)),
    Column("leased_until", Moment),
    Column("status_code", Integer),
    Column("error", Text),
    Column("created_at", Moment, nullable=False),
    Column("settled_at", Moment),
    UniqueConstraint("endpoint_id", "event_number"),
    Index("ix_deliveries_listing", "account_id", "number"),
    Index("ix_deliveries_of_webhook", "webhook_id", "number"),
    Index(
        "ix_deliveries_due",
        "endpoint_id",
        "due_at",
        "number",
        postgresql_where=WAITS,
        sqlite_where=WAITS,
    ),
    Index(
        "ix_deliveries_line",
        "endpoint_id",
        "task_id",
        "number",
        postgresql_where=WAITS,
        sqlite_where=WAITS,
    ),
    Index(
        "ix_deliveries_leased", "endpoint_id", postgresql_where=IS_LEASED, sqlite_where=IS_LEASED
    ),
    Index("ix_deliveries_created", "created_at"),
    sqlite_autoincrement=True,
)
"""``id`` is the ``webhook-id`` of every try. ``url`` is set for a callback, and ``webhook_id`` for
a webhook, whose URL of the moment counts. ``event`` is the body's type, such as task.completed.
A test has neither task nor ``event_number``. ``due_at`` is null where it is over, and while an
earlier one of its task for the same endpoint is pending. ``status_code`` and ``error`` are of its
last try; ``settled_at`` is when it left pending."""

IS_PENDING = deliveries.c.state == literal_column("'pending'", String())
"""Written out, so that the partial indexes serve it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One row of `deliveries`, as read."""

    number: int
    id: str
    account_id: str
    endpoint_id: str
    webhook_id: str | None
    url: str | None
    task_id: str | None
    event_number: int | None
    event: str
    body: str
    state: str
    tries: int
    due_at: datetime | None
    holder: str | None
    leased_until: datetime | None
    status_code: int | None
    error: str | None
    created_at: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, row: Row[Any]) -> Delivery:
        """The delivery in ``row``, which holds all columns of `deliveries`."""
        return cls(**row._mapping)


assert [f.name for f in fields(Delivery)] == [c.name for c in deliveries.c]  # noqa: S101 - in step

delivery_tries = Table(
    "delivery_tries",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("delivery_id", Id, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("status_code", Integer),
    Column("error", Text),
    Column("duration_seconds", Float, nullable=False),
    Column("answer", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Every try: ``error`` says in a sentence what went wrong, null where it was taken; ``answer`` is
the first KB of the response's body."""
