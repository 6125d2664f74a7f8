"""Accounts of social platforms: rows, their sealed credentials, and the pace of their posts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Identity,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
    update,
)

from shared.columns import Document, Id, Moment, Number
from shared.db import Transaction, metadata
from shared.errors import NotFound, Refused
from shared.ids import LARGEST_NUMBER, is_id, new_id
from shared.sealed import seal, unseal
from shared.settings import Settings

LONGEST_USERNAME = 120
UTC_NAME = "UTC"

social_accounts = Table(
    "social_accounts",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("platform", String(20), nullable=False),
    Column("username", String(LONGEST_USERNAME), nullable=False),
    Column("email", String(320), nullable=False),
    Column("device_id", Id, ForeignKey("devices.id"), index=True),
    Column("package_name", String(200), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("logged_in", Boolean, nullable=False),
    Column("credential", Text),
    Column("timezone", String(60), nullable=False),
    Column("pause_seconds", Float, nullable=False),
    Column("daily_cap", Integer),
    Column("tags", Document, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    UniqueConstraint("account_id", "platform", "username"),
    sqlite_autoincrement=True,
)
"""``credential`` is sealed JSON for the account's id: what the platform's publisher logs in with.
``pause_seconds`` is the least time between two posts, ``daily_cap`` the most posts of a day in the
account's time zone (none: no cap)."""


class Platform(StrEnum):
    """Where an account may be."""

    TIKTOK = "tiktok"
    INSTAGRAM = "instagram"
    MASTODON = "mastodon"
    BLUESKY = "bluesky"


@dataclass(frozen=True, slots=True, kw_only=True)
class SocialAccount:
    """One row of `social_accounts`, as read."""

    number: int
    id: str
    account_id: str
    platform: str
    username: str
    email: str
    device_id: str | None
    package_name: str
    enabled: bool
    logged_in: bool
    credential: str | None
    timezone: str
    pause_seconds: float
    daily_cap: int | None
    tags: list[str]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> SocialAccount:
        """The account in ``row``, which holds all columns of `social_accounts`."""
        return cls(**row._mapping)

    @property
    def mutex(self) -> str:
        """What a task has to itself while it posts in the account."""
        return social_mutex(self.id)

    def opened(self, settings: Settings) -> dict[str, Any] | None:
        """The credential in the open, for a publisher alone; raises `NotOpened`."""
        if self.credential is None:
            return None
        opened: dict[str, Any] = unseal(settings, self.id, self.credential)
        return opened


assert [f.name for f in fields(SocialAccount)] == [  # noqa: S101 - kept in step
    c.name for c in social_accounts.c
]


def social_mutex(social_id: str) -> str:
    """The mutex of the account with that id."""
    return f"account/{social_id}"


def add_social_account(
    tx: Transaction,
    settings: Settings,
    account_id: str,
    platform: str,
    username: str,
    *,
    credential: dict[str, Any] | None = None,
    **given: Any,
) -> SocialAccount:
    """A new account; ``given`` are columns. `Refused` where the account has one of that name."""
    tx.lock(f"social/{account_id}")
    if find_named(tx, account_id, username, platform):
        message = f"There is an account {username} on {platform} already."
        raise Refused(message, code="CONFLICT", field="username")
    own_id = new_id()
    row = {
        "id": own_id,
        "account_id": account_id,
        "platform": platform,
        "username": username,
        "email": "",
        "package_name": "",
        "enabled": True,
        "logged_in": True,
        "credential": seal(settings, own_id, credential) if credential else None,
        "timezone": UTC_NAME,
        "pause_seconds": 0.0,
        "tags": [],
        "created_at": tx.now,
        "updated_at": tx.now,
        **given,
    }
    added = tx.rows(insert(social_accounts).values(row).returning(social_accounts))
    return SocialAccount.of(added[0])


def use_social_account(
    tx: Transaction, settings: Settings, account_id: str, username: str, platform: str | None = None
) -> SocialAccount:
    """The account of that user name (the oldest of several), registered where it is the first use.

    One that was never heard of is taken for a TikTok account where nothing else is said. It is not
    removed before the transaction ends.
    """
    found = find_named(tx, account_id, username, platform, to_use=True)
    if not found:
        tx.lock(f"social/{account_id}")
        found = find_named(tx, account_id, username, platform, to_use=True)
    if found:
        return found[0]
    where = platform or Platform.TIKTOK
    return add_social_account(tx, settings, account_id, where, username)


def get_social_account(
    tx: Transaction, account_id: str, social_id: str, *, for_update: bool = False
) -> SocialAccount:
    """The account's account with that id, locked if asked; `NotFound`."""
    query = _of(account_id).where(social_accounts.c.id == social_id)
    if for_update:
        query = query.with_for_update()
    row = tx.first(query) if is_id(social_id) else None
    if row is None:
        raise NotFound("There is no such account.")
    return SocialAccount.of(row)


def get_numbered(
    tx: Transaction, account_id: str, number: int, *, for_update: bool = False
) -> SocialAccount:
    """The account's account of that number, locked if asked; `NotFound`."""
    query = _of(account_id).where(social_accounts.c.number == number)
    if for_update:
        query = query.with_for_update()
    row = tx.first(query) if 0 < number <= LARGEST_NUMBER else None
    if row is None:
        raise NotFound("There is no such account.")
    return SocialAccount.of(row)


def accounts_on(tx: Transaction, account_id: str, device_id: str) -> list[SocialAccount]:
    """The enabled accounts bound to a device, oldest first."""
    here = (social_accounts.c.device_id == device_id, social_accounts.c.enabled)
    query = _of(account_id).where(*here).order_by(social_accounts.c.number)
    return [SocialAccount.of(row) for row in tx.rows(query)]


def change_social_account(tx: Transaction, account: SocialAccount, **values: Any) -> SocialAccount:
    """Set columns; the account as it is then."""
    changed = update(social_accounts).where(social_accounts.c.id == account.id)
    rows = tx.rows(changed.values(**values, updated_at=tx.now).returning(social_accounts))
    return SocialAccount.of(rows[0])


def find_named(
    tx: Transaction,
    account_id: str,
    username: str,
    platform: str | None = None,
    *,
    to_use: bool = False,
) -> list[SocialAccount]:
    """The account's accounts of that user name, oldest first: one for each platform at most.

    ``to_use`` keeps them from being removed before the transaction ends.
    """
    query = _of(account_id).where(social_accounts.c.username == username)
    if platform is not None:
        query = query.where(social_accounts.c.platform == platform)
    if to_use:
        query = query.with_for_update(read=True, key_share=True)
    return [SocialAccount.of(row) for row in tx.rows(query.order_by(social_accounts.c.number))]


def _of(account_id: str) -> Select[Any]:
    return select(social_accounts).where(social_accounts.c.account_id == account_id)
