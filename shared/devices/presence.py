"""Whether devices with an ADB link are there: kept true in their rows, and felt by their tasks.

Tasks of a device that does not answer stay pending: its mutex is closed. It is closed for a short
time only, again and again, so that it opens by itself when nobody looks any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select, update

from shared.db import Store, Transaction
from shared.devices.adb_link import SILENCE, NoAdbServer, device_states, trouble
from shared.devices.device import Device, devices
from shared.tasks import mutex

CLOSED_SECONDS = 60.0
RENEWED_SECONDS = 30.0
"""A closure with less time left than this is renewed: more than the time between two looks."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of all linked devices: how many came or went, how many are away."""

    changed: int = 0
    away: int = 0
    is_silent: bool = False
    """Whether the ADB server did not answer."""


def look(store: Store, adb_server: str) -> Look:
    """Ask the ADB server once, and write down what changed; asks nobody where nobody is linked."""
    linked = linked_devices(store)
    if not linked:
        return Look()
    is_silent = False
    try:
        states = device_states(adb_server)
    except NoAdbServer:
        is_silent = True
    found = {d.id: SILENCE if is_silent else trouble(d.serial, states) for d in linked}
    changed = _write_down(store, linked, found)
    return Look(changed, sum(1 for sentence in found.values() if sentence), is_silent)


def linked_devices(store: Store) -> list[Device]:
    """Every device with an ADB link, of all accounts."""
    with store.read() as tx:
        rows = tx.rows(select(devices).where(devices.c.adb).order_by(devices.c.number))
    return [Device.of(row) for row in rows]


def _write_down(store: Store, linked: list[Device], found: dict[str, str | None]) -> int:
    """Write what differs from what is known; how many devices came or went."""
    with store.read() as tx:
        now, closed = tx.now, {device.id: mutex.closure(tx, device.mutex) for device in linked}
    differ = [d for d in linked if _differs(d, closed[d.id], found[d.id], now)]
    return sum(
        store.transact(partial(_write, device=device, sentence=found[device.id]))
        for device in differ
    )


def _differs(
    device: Device, closed: mutex.Closure | None, sentence: str | None, now: datetime
) -> bool:
    """Whether the row or the mutex says something else, or the mutex is soon to open."""
    if device.online is not (sentence is None):
        return True
    if closed is None or sentence is None:
        return (closed is None) is not (sentence is None)
    is_soon = closed.until is not None and closed.until < now + timedelta(seconds=RENEWED_SECONDS)
    return is_soon or closed.reason != sentence


def _write(tx: Transaction, *, device: Device, sentence: str | None) -> bool:
    """Write down that the device is there, or what is wrong; whether it came or went.

    The row first, then the mutex: so does everybody who locks both.
    """
    online = sentence is None
    mine = (devices.c.id == device.id, devices.c.adb)
    changing = update(devices).where(*mine, devices.c.online.is_not(online))
    changed = tx.execute(changing.values(online=online, updated_at=tx.now)).rowcount == 1
    if tx.first(select(devices.c.id).where(*mine)) is None:
        return False
    if sentence is None:
        mutex.reopen(tx, device.mutex)
    else:
        mutex.close(tx, device.mutex, sentence, tx.now + timedelta(seconds=CLOSED_SECONDS))
    return changed
