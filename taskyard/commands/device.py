"""``taskyard device``: phones and emulators that scripts run on."""

from __future__ import annotations

from typing import Any

import click

from shared.db import Transaction
from shared.devices.device import Device, find_device, get_device, list_devices
from shared.devices.registration import change_said, register_device, remove_device
from shared.errors import NotFound
from shared.tags import split_tags
from taskyard.desk import acting_account, open_desk
from taskyard.output import json_option, show, show_list
from taskyard.owner_options import owner_option, tag_option, tags_cell, tags_option


@click.group("device")
def command() -> None:
    """Phones and emulators that scripts run on."""


@command.command("add")
@click.argument("serial")
@click.option("--name", default="", metavar="N", help="What to call it; its serial by default.")
@click.option("--adb", is_flag=True, help="It is reached over an ADB link.")
@tags_option
@owner_option
@json_option
def add(
    serial: str, name: str, adb: bool, tags: list[str], account: str | None, as_json: bool
) -> None:
    """Register the device SERIAL; the account's plan says how many there may be."""
    with open_desk() as desk, desk.store.begin() as tx:
        owner = acting_account(tx, desk.settings, account)
        device = register_device(tx, owner.id, serial, name=name, adb=adb, tags=tags)
    show(_fields(device, as_json=as_json), as_json=as_json)


@command.command("set")
@click.argument("serial")
@click.option("--name", metavar="N", help='What to call it; "" for its serial.')
@click.option("--adb/--no-adb", default=None, help="Whether it is reached over an ADB link.")
@click.option("--online/--offline", default=None, help="Online: the tasks go that wait for it.")
@click.option("--tags", metavar="A,B", help="Its tags, in place of those it has.")
@owner_option
@json_option
def change(serial: str, tags: str | None, account: str | None, as_json: bool, **said: Any) -> None:
    """Change the device SERIAL; what is not named stays."""
    words = {name: value for name, value in said.items() if value is not None}
    if tags is not None:
        words["tags"] = split_tags(tags)
    with open_desk() as desk, desk.store.begin() as tx:
        owner = acting_account(tx, desk.settings, account)
        found = _named(tx, owner.id, serial)
        device = change_said(tx, get_device(tx, owner.id, found.id, for_update=True), **words)
    show(_fields(device, as_json=as_json), as_json=as_json)


@command.command("list")
@tag_option
@owner_option
@json_option
def show_all(tag: str | None, account: str | None, as_json: bool) -> None:
    """Show the account's devices, oldest first."""
    with open_desk() as desk, desk.store.read() as tx:
        owner = acting_account(tx, desk.settings, account)
        found = list_devices(tx, owner.id, tag=tag)
    show_list([_fields(device, as_json=as_json) for device in found], as_json=as_json)


@command.command("remove")
@click.argument("serial")
@owner_option
@json_option
def remove(serial: str, account: str | None, as_json: bool) -> None:
    """Remove the device SERIAL once its tasks are all over; accounts bound to it stay."""
    with open_desk() as desk, desk.store.begin() as tx:
        owner = acting_account(tx, desk.settings, account)
        device = _named(tx, owner.id, serial)
        remove_device(tx, get_device(tx, owner.id, device.id, for_update=True))
    show({"device_id": device.id, "serial": device.serial, "removed": True}, as_json=as_json)


def _named(tx: Transaction, account_id: str, serial: str) -> Device:
    device = find_device(tx, account_id, serial)
    if device is None:
        raise NotFound(f"There is no device {serial!r}: see `taskyard device list`.")
    return device


def _fields(device: Device, *, as_json: bool) -> dict[str, Any]:
    return {
        "device_id": device.id,
        "serial": device.serial,
        "name": device.name,
        "online": device.online,
        "adb": device.adb,
        "tags": tags_cell(device.tags, as_json=as_json),
    }
