"""What owners say about their devices: checked, kept, and removed again.

The words that may be said beside the serial: ``name`` ("" for the serial), ``adb``, ``online``,
``tags``. Each may be refused by `Refused`, which names its field.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from shared.db import Transaction
from shared.devices.device import (
    LONGEST_SERIAL,
    Device,
    add_device,
    change_device,
    devices,
    find_device,
)
from shared.errors import Refused
from shared.scripts.removal import release
from shared.short_text import check_short_text
from shared.social.account import social_accounts
from shared.tags import check_tags
from shared.tasks import mutex

LONGEST_NAME = 200
REOPENING = {"adb", "online"}
"""What the owner says of these is to be found out anew."""


def register_device(tx: Transaction, account_id: str, serial: str, **said: Any) -> Device:
    """A new device; `Refused` where the plan allows no more or the serial is taken."""
    values = _checked(said)
    is_online = values.pop("online", True)
    if values.get("adb"):
        _require_free_link(tx, serial)
    device = add_device(tx, account_id, check_serial(serial), **values)
    return device if is_online else change_device(tx, device, online=False)


def change_said(
    tx: Transaction, device: Device, *, serial: str | None = None, **said: Any
) -> Device:
    """Change what is said of ``device`` (a locked row), keep the rest; the device as it is then.

    Where its owner says that it is online, the tasks that wait for it go.
    """
    values = _checked(said)
    if serial is not None:
        values["serial"] = _free_serial(tx, device, check_serial(serial))
    if values.get("name") == "":
        values["name"] = values.get("serial", device.serial)
    if values.get("adb", device.adb) and {"adb", "serial"} & values.keys():
        _require_free_link(tx, values.get("serial", device.serial), device)
    changed = change_device(tx, device, **values)
    if REOPENING & values.keys() and (changed.online or not changed.adb):
        mutex.reopen(tx, device.mutex)
    return changed


def remove_device(tx: Transaction, device: Device) -> None:
    """Remove ``device`` (a locked row); accounts that were bound to it stay, bound to none.

    `Conflict` while a task that uses it is not over.
    """
    release(tx, device.account_id, device.mutex, f"The device {device.serial}")
    bound = social_accounts.c.device_id == device.id
    free = update(social_accounts).where(bound).values(device_id=None, updated_at=tx.now)
    tx.execute(free)
    tx.execute(delete(devices).where(devices.c.id == device.id))


def check_serial(text: str) -> str:
    """``text`` as a serial; `Refused` says what would do. Pure."""
    return check_short_text("serial", text, LONGEST_SERIAL)


def _free_serial(tx: Transaction, device: Device, serial: str) -> str:
    tx.lock(f"devices/{device.account_id}")
    found = find_device(tx, device.account_id, serial)
    if found is not None and found.id != device.id:
        message = f"There is a device {serial} already."
        raise Refused(message, code="CONFLICT", field="serial")
    return serial


def _require_free_link(tx: Transaction, serial: str, device: Device | None = None) -> None:
    """A link leads to one telephone, whoever registers it: only one device may have it."""
    tx.lock("devices/links")
    query = select(devices.c.id).where(devices.c.serial == serial, devices.c.adb)
    if any(device is None or row.id != device.id for row in tx.rows(query)):
        message = f"Another device has the ADB link of {serial} already."
        raise Refused(message, code="CONFLICT", field="adb")


def _checked(said: dict[str, Any]) -> dict[str, Any]:
    values = dict(said)
    if "name" in values:
        values["name"] = check_short_text("name", values["name"], LONGEST_NAME, least=0)
    if "tags" in values:
        values["tags"] = check_tags(values["tags"])
    return values
