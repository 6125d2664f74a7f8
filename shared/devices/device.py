"""Devices: rows by serial, how they are found, and how many a plan allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Row,
    Select,
    String,
    Table,
    UniqueConstraint,
    false,
    func,
    insert,
    select,
    true,
    update,
)

from shared.accounts.account import get_account
from shared.columns import Document, Id, Moment, Number
from shared.db import Transaction, metadata
from shared.errors import NotFound, Refused
from shared.ids import is_id, new_id
from shared.tags import has_tag

LONGEST_SERIAL = 120
DEVICE_LIMIT = "DEVICE_LIMIT"
"""The code of the refusal of one device more than the plan allows."""

devices = Table(
    "devices",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("serial", String(LONGEST_SERIAL), nullable=False),
    Column("name", String(200), nullable=False),
    Column("adb", Boolean, nullable=False, server_default=false()),
    Column("online", Boolean, nullable=False, server_default=true()),
    Column("tags", Document, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    UniqueConstraint("account_id", "serial"),
    sqlite_autoincrement=True,
)
"""``adb`` says that the device is reached over an ADB link; ``online`` whether it answered when it
was last looked at. Devices without a link are not looked at: they are as their owner says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One row of `devices`, as read."""

    number: int
    id: str
    account_id: str
    serial: str
    name: str
    adb: bool
    online: bool
    tags: list[str]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> Device:
        """The device in ``row``, which holds all columns of `devices`."""
        return cls(**row._mapping)

    @property
    def mutex(self) -> str:
        """What a task has to itself while it uses the device."""
        return device_mutex(self.id)


assert [f.name for f in fields(Device)] == [c.name for c in devices.c]  # noqa: S101 - kept in step


def device_mutex(device_id: str) -> str:
    """The mutex of the device with that id."""
    return f"device/{device_id}"


def add_device(
    tx: Transaction,
    account_id: str,
    serial: str,
    *,
    name: str = "",
    adb: bool = False,
    tags: Sequence[str] = (),
) -> Device:
    """A new device; `Refused` where the plan allows no more or the serial is taken."""
    tx.lock(f"devices/{account_id}")
    if find_device(tx, account_id, serial) is not None:
        message = f"There is a device {serial} already."
        raise Refused(message, code="CONFLICT", field="serial")
    _require_room(tx, account_id)
    row = {
        "id": new_id(),
        "account_id": account_id,
        "serial": serial,
        "name": name or serial,
        "adb": adb,
        "online": True,
        "tags": list(tags),
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    return Device.of(tx.rows(insert(devices).values(row).returning(devices))[0])


def use_device(tx: Transaction, account_id: str, serial: str) -> Device:
    """The account's device of that serial, registered where this is its first use.

    It is not removed before the transaction ends.
    """
    found = find_device(tx, account_id, serial, to_use=True)
    if found is None:
        tx.lock(f"devices/{account_id}")
        found = find_device(tx, account_id, serial, to_use=True)
    return found or add_device(tx, account_id, serial)


def find_device(
    tx: Transaction, account_id: str, serial: str, *, to_use: bool = False
) -> Device | None:
    """The account's device of that serial, or None; ``to_use`` keeps it from being removed."""
    query = _of(account_id).where(devices.c.serial == serial)
    if to_use:
        query = query.with_for_update(read=True, key_share=True)
    row = tx.first(query)
    return None if row is None else Device.of(row)


def get_device(
    tx: Transaction, account_id: str, device_id: str, *, for_update: bool = False
) -> Device:
    """The account's device with that id, locked if asked; `NotFound`."""
    query = _of(account_id).where(devices.c.id == device_id)
    if for_update:
        query = query.with_for_update()
    row = tx.first(query) if is_id(device_id) else None
    if row is None:
        raise NotFound("There is no such device.")
    return Device.of(row)


def change_device(tx: Transaction, device: Device, **values: Any) -> Device:
    """Set ``name``, ``adb``, ``online`` or ``tags``, as found out; the device as it is then."""
    changed = update(devices).where(devices.c.id == device.id)
    rows = tx.rows(changed.values(**values, updated_at=tx.now).returning(devices))
    return Device.of(rows[0])


def list_devices(
    tx: Transaction, account_id: str, *, online: bool | None = None, tag: str | None = None
) -> list[Device]:
    """The account's devices (that are online or not, with that tag), oldest first.

    There are never more than its plan allows.
    """
    query = _of(account_id).order_by(devices.c.number)
    if online is not None:
        query = query.where(devices.c.online.is_(online))
    if tag is not None:
        query = query.where(has_tag(devices.c.tags, tag, tx.dialect))
    return [Device.of(row) for row in tx.rows(query)]


def _require_room(tx: Transaction, account_id: str) -> None:
    account = get_account(tx, account_id)
    count = select(func.count()).where(devices.c.account_id == account_id)
    if int(tx.execute(count).scalar_one()) >= account.plan.device_limit:
        raise Refused(
            f"The plan {account.plan} allows {account.plan.device_limit} devices.",
            code=DEVICE_LIMIT,
            field="serials",
        )


def _of(account_id: str) -> Select[Any]:
    return select(devices).where(devices.c.account_id == account_id)
