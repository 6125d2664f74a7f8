"""Accounts as owners look for them: some of them, a page at a time, with their devices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from shared.db import Transaction
from shared.devices.device import Device, devices
from shared.ids import LARGEST_NUMBER
from shared.social.account import SocialAccount, social_accounts
from shared.tags import has_tag


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFilter:
    """Which accounts are wanted; None where it does not matter. ``serial`` is a device's."""

    platform: str | None = None
    serial: str | None = None
    logged_in: bool | None = None
    enabled: bool | None = None
    tag: str | None = None


ALL = AccountFilter()


def list_accounts(
    tx: Transaction,
    account_id: str,
    wanted: AccountFilter = ALL,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[SocialAccount]:
    """The account's accounts that are ``wanted``, oldest first."""
    query = select(social_accounts).where(*_conditions(tx, account_id, wanted))
    page: Select[Any] = query.order_by(social_accounts.c.number).limit(limit)
    rows = tx.rows(page.offset(min(offset, LARGEST_NUMBER)))
    return [SocialAccount.of(row) for row in rows]


def count_accounts(tx: Transaction, account_id: str, wanted: AccountFilter = ALL) -> int:
    """How many accounts `list_accounts` shows on all pages together."""
    query = select(func.count()).select_from(social_accounts)
    return int(tx.execute(query.where(*_conditions(tx, account_id, wanted))).scalar_one())


def devices_of(tx: Transaction, accounts: Iterable[SocialAccount]) -> dict[str, Device]:
    """The devices that ``accounts`` are bound to, by their ids."""
    ids = sorted({account.device_id for account in accounts if account.device_id})
    rows = tx.rows(select(devices).where(devices.c.id.in_(ids))) if ids else ()
    return {row.id: Device.of(row) for row in rows}


def _conditions(
    tx: Transaction, account_id: str, wanted: AccountFilter
) -> list[ColumnElement[bool]]:
    columns = social_accounts.c
    conditions = [columns.account_id == account_id]
    if wanted.platform is not None:
        conditions.append(columns.platform == wanted.platform)
    if wanted.serial is not None:
        mine = (devices.c.account_id == account_id, devices.c.serial == wanted.serial)
        conditions.append(columns.device_id.in_(select(devices.c.id).where(*mine)))
    if wanted.logged_in is not None:
        conditions.append(columns.logged_in.is_(wanted.logged_in))
    if wanted.enabled is not None:
        conditions.append(columns.enabled.is_(wanted.enabled))
    if wanted.tag is not None:
        conditions.append(has_tag(columns.tags, wanted.tag, tx.dialect))
    return conditions
