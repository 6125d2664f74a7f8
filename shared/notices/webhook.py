"""Webhooks: URLs of an account that are told of what happens to its tasks."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Identity,
    Index,
    Row,
    String,
    Table,
    Text,
    func,
    select,
    text,
    update,
)

from shared.columns import Document, Id, Moment, Number
from shared.db import Transaction, metadata
from shared.errors import NotFound
from shared.ids import is_id

LIVES = text("deleted_at IS NULL")

webhooks = Table(
    "webhooks",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("statuses", Document, nullable=False),
    Column("types", Document, nullable=False),
    Column("description", String(500), nullable=False),
    Column("secret", Text, nullable=False),
    Column("previous_secret", Text),
    Column("previous_until", Moment),
    Column("heard_after", Number, nullable=False),
    Column("paused_at", Moment),
    Column("disabled_at", Moment),
    Column("disabled_reason", Text),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    Index("ix_webhooks_listing", "account_id", "number"),
    Index("ix_webhooks_living", "number", postgresql_where=LIVES, sqlite_where=LIVES),
    sqlite_autoincrement=True,
)
"""``statuses`` and ``types`` are lists of what it hears of; an empty one means all. The secrets
are sealed; the previous one signs as well until ``previous_until``. It hears of events with
numbers above ``heard_after``."""

COLUMNS = tuple(column for column in webhooks.c if column.name != "deleted_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One row of `webhooks`, as read."""

    number: int
    id: str
    account_id: str
    url: str
    statuses: list[str]
    types: list[str]
    description: str
    secret: str
    previous_secret: str | None
    previous_until: datetime | None
    heard_after: int
    paused_at: datetime | None
    disabled_at: datetime | None
    disabled_reason: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> Webhook:
        """The webhook in ``row``, which holds `COLUMNS`."""
        return cls(**row._mapping)


assert [f.name for f in fields(Webhook)] == [c.name for c in COLUMNS]  # noqa: S101 - in step


def get_webhook(
    tx: Transaction, webhook_id: str, account_id: str, *, for_update: bool = False
) -> Webhook:
    """The account's webhook; `NotFound` where it is unknown, deleted or another account's."""
    found = None
    if is_id(webhook_id):
        query = _of(account_id).where(webhooks.c.id == webhook_id)
        found = tx.first(query.with_for_update() if for_update else query)
    if found is None:
        raise NotFound("There is no such webhook.")
    return Webhook.of(found)


def list_webhooks(
    tx: Transaction, account_id: str, *, before: int | None = None, limit: int = 50
) -> list[Webhook]:
    """Up to ``limit`` webhooks of the account, newest first, older than number ``before``."""
    query = _of(account_id)
    if before is not None:
        query = query.where(webhooks.c.number < before)
    return [Webhook.of(r) for r in tx.rows(query.order_by(webhooks.c.number.desc()).limit(limit))]


def count_webhooks(tx: Transaction, account_id: str) -> int:
    """How many webhooks the account has."""
    mine = (webhooks.c.account_id == account_id, webhooks.c.deleted_at.is_(None))
    return int(tx.rows(select(func.count()).select_from(webhooks).where(*mine))[0][0])


def write(tx: Transaction, webhook: Webhook, **values: Any) -> Webhook:
    """Write ``values``, columns of `webhooks`; the webhook as it is then."""
    changed = update(webhooks).where(webhooks.c.id == webhook.id)
    changed = changed.values(updated_at=tx.now, **values)
    return Webhook.of(tx.rows(changed.returning(*COLUMNS))[0])


def _of(account_id: str) -> Any:
    mine = (webhooks.c.account_id == account_id, webhooks.c.deleted_at.is_(None))
    return select(*COLUMNS).where(*mine)
