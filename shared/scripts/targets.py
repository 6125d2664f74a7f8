"""Where scripts are to run: serials and user names become devices and accounts, one task each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from shared.db import Transaction
from shared.devices.device import Device, devices, use_device
from shared.settings import Settings
from shared.social.account import UTC_NAME, SocialAccount, social_accounts, use_social_account


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where one task runs: on a device, in an account, or in an account on a device."""

    device: Device | None = None
    social: SocialAccount | None = None

    @property
    def payload(self) -> dict[str, str | None]:
        """The target as a task's payload has it."""
        device, social = self.device, self.social
        return {
            "serial": device.serial if device else None,
            "device_id": device.id if device else None,
            "username": social.username if social else None,
            "social_id": social.id if social else None,
        }

    @property
    def timezone(self) -> str:
        """The zone in which times of day are meant."""
        return self.social.timezone if self.social else UTC_NAME


def on_devices(
    tx: Transaction, account_id: str, serials: Sequence[str], *, each_account: bool
) -> list[Target]:
    """The devices of ``serials``, in order, each with its first enabled account, if it has one.

    With ``each_account`` a device comes once for each of them. A serial that was never heard of
    is registered; `Refused` where the plan allows no more devices.
    """
    known = _devices(tx, account_id, devices.c.serial.in_(serials))
    by_serial = {device.serial: device for device in known}
    chosen = [by_serial.get(s) or use_device(tx, account_id, s) for s in dict.fromkeys(serials)]
    bound = _enabled_on(tx, account_id, [device.id for device in known])
    return [
        Target(device=device, social=social)
        for device in chosen
        for social in _taken(bound[device.id], each_account=each_account)
    ]


def in_accounts(
    tx: Transaction, settings: Settings, account_id: str, usernames: Sequence[str]
) -> list[Target]:
    """The accounts of ``usernames``, in order, each on the device that it is bound to, if any.

    A user name that was never heard of is registered.
    """
    names = dict.fromkeys(usernames)
    known = _named(tx, account_id, names)
    chosen = [known.get(n) or use_social_account(tx, settings, account_id, n) for n in names]
    bound = [social.device_id for social in chosen if social.device_id is not None]
    by_id = {device.id: device for device in _devices(tx, account_id, devices.c.id.in_(bound))}
    return [Target(device=by_id.get(s.device_id or ""), social=s) for s in chosen]


def _taken(bound: Sequence[SocialAccount], *, each_account: bool) -> Sequence[SocialAccount | None]:
    """Which of a device's accounts get a task; None is the device without an account."""
    if not bound:
        return [None]
    return bound if each_account else bound[:1]


def _devices(tx: Transaction, account_id: str, named: ColumnElement[bool]) -> list[Device]:
    """Devices, which nobody removes before their tasks are stored."""
    query = select(devices).where(devices.c.account_id == account_id, named)
    return [Device.of(row) for row in tx.rows(_kept(query, devices.c.number))]


def _named(
    tx: Transaction, account_id: str, usernames: Collection[str]
) -> dict[str, SocialAccount]:
    """The accounts of these names, of several with one name the oldest; kept likewise."""
    mine = social_accounts.c.account_id == account_id
    query = select(social_accounts).where(mine, social_accounts.c.username.in_(usernames))
    rows = tx.rows(_kept(query, social_accounts.c.number))
    return {row.username: SocialAccount.of(row) for row in reversed(rows)}


def _enabled_on(
    tx: Transaction, account_id: str, device_ids: Collection[str]
) -> defaultdict[str, list[SocialAccount]]:
    """The enabled accounts bound to each device, oldest first; kept likewise."""
    query = select(social_accounts).where(
        social_accounts.c.account_id == account_id,
        social_accounts.c.device_id.in_(device_ids),
        social_accounts.c.enabled,
    )
    bound: defaultdict[str, list[SocialAccount]] = defaultdict(list)
    for row in tx.rows(_kept(query, social_accounts.c.number)):
        bound[row.device_id].append(SocialAccount.of(row))
    return bound


def _kept(query: Select[Any], number: ColumnElement[int]) -> Select[Any]:
    """``query`` in order of ``number``, its rows locked against removal."""
    return query.order_by(number).with_for_update(read=True, key_share=True)
