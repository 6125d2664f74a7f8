"""Campaigns: many links of one service for one website, each a task."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    select,
    text,
)

from shared.columns import Document, Id, Moment, Number
from shared.db import Transaction, metadata
from shared.errors import NotFound
from shared.ids import is_id
from shared.links.service import Service

PAUSED = text("paused_at IS NOT NULL")

campaigns = Table(
    "campaigns",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("website", Text, nullable=False),
    Column("service", String(10), nullable=False),
    Column("type_request", Text, nullable=False),
    Column("auction_price", Document, nullable=False),
    Column("link_cost_cents", Integer, nullable=False),
    Column("config", Document, nullable=False),
    Column("size", Integer, nullable=False),
    Column("paused_at", Moment),
    Column("canceled_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index("ix_campaigns_listing", "account_id", "number"),
    Index("ix_campaigns_paused", "number", postgresql_where=PAUSED, sqlite_where=PAUSED),
    sqlite_autoincrement=True,
)
"""``auction_price``: the price of one link as the caller wrote it, in cents; ``link_cost_cents``
is what is held for each. ``size``: how many sites it was made with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One row of `campaigns`, as read."""

    number: int
    id: str
    account_id: str
    name: str
    website: str
    service: str
    type_request: str
    auction_price: int | float
    link_cost_cents: int
    config: dict[str, Any]
    size: int
    paused_at: datetime | None
    canceled_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> Campaign:
        """The campaign in ``row``, which holds all columns of `campaigns`."""
        return cls(**row._mapping)

    @property
    def task_type(self) -> str:
        """The name of its tasks' type."""
        return Service(self.service).type_name


assert [f.name for f in fields(Campaign)] == [c.name for c in campaigns.c]  # noqa: S101 - in step


def find_campaign(
    tx: Transaction, campaign_id: str, account_id: str, *, for_update: bool = False
) -> Campaign | None:
    """The account's campaign, or None where it is unknown or another account's."""
    if not is_id(campaign_id):
        return None
    query = select(campaigns).where(
        campaigns.c.id == campaign_id, campaigns.c.account_id == account_id
    )
    row = tx.first(query.with_for_update() if for_update else query)
    return None if row is None else Campaign.of(row)


def get_campaign(
    tx: Transaction, campaign_id: str, account_id: str, *, for_update: bool = False
) -> Campaign:
    """The account's campaign; `NotFound` where it is unknown or another account's."""
    found = find_campaign(tx, campaign_id, account_id, for_update=for_update)
    if found is None:
        raise NotFound("There is no such campaign.")
    return found


def list_campaigns(
    tx: Transaction, account_id: str, *, before: int | None = None, limit: int = 50
) -> list[Campaign]:
    """Up to ``limit`` campaigns of the account, newest first, older than number ``before``."""
    query = select(campaigns).where(campaigns.c.account_id == account_id)
    if before is not None:
        query = query.where(campaigns.c.number < before)
    rows = tx.rows(query.order_by(campaigns.c.number.desc()).limit(limit))
    return [Campaign.of(row) for row in rows]


def campaigns_of(tx: Transaction, ids: Collection[str | None]) -> dict[str, Campaign]:
    """The campaigns with those ids, whosever they are, by id."""
    wanted = {campaign_id for campaign_id in ids if campaign_id}
    if not wanted:
        return {}
    rows = tx.rows(select(campaigns).where(campaigns.c.id.in_(wanted)))
    return {str(row.id): Campaign.of(row) for row in rows}
