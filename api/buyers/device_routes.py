"""Devices: register, list, read, change, remove."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.auth import caller
from api.buyers import device_schemas as schemas
from api.buyers.blueprint import KEYED, WITH_BODY, blueprint, refuses
from api.buyers.device_view import device_body
from api.gateway import gateway
from api.idempotency.keyed import creates
from api.idempotency.once import created
from api.permissions import permit
from api.reply import json_response, no_content
from shared.accounts.role import may
from shared.db import Transaction
from shared.devices.device import DEVICE_LIMIT, Device, get_device, list_devices
from shared.devices.registration import change_said, register_device, remove_device
from shared.errors import Conflict, Refused

EXAMPLE = {
    "id": "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e05",
    "serial": "emulator-5554",
    "name": "Pixel 9",
    "online": True,
    "adb": True,
    "tags": ["rack-1"],
    "createdAt": "2030-01-31T08:00:00.000Z",
    "updatedAt": "2030-01-31T08:00:00.000Z",
}

NEW = {"serial": "emulator-5554", "name": "Shelf 1", "tags": ["food"]}
CHANGE = {"name": "Shelf 2", "online": False}


@blueprint.route("/devices", methods=["GET"])
@permit("devices:read")
@blueprint.arguments(schemas.DeviceQuerySchema, location="query")
@blueprint.answers(200, schemas.DevicesSchema, example={"devices": [EXAMPLE]})
@refuses("INVALID_FIELD")
def show_devices(query: dict[str, str]) -> Response:
    """List the account's devices, oldest first: those online or not, those with a tag."""
    online = schemas.FLAGS[query["online"]] if "online" in query else None
    with gateway().yard.store.read() as tx:
        found = list_devices(tx, caller().account_id, online=online, tag=query.get("tag"))
    return json_response({"devices": [device_body(device) for device in found]})


@blueprint.route("/devices", methods=["POST"])
@permit("devices:write")
@creates()
@blueprint.arguments(schemas.NewDeviceSchema, required=True, example=NEW)
@blueprint.answers(201, schemas.DeviceSchema, example=EXAMPLE)
@refuses("MISSING_FIELDS", "INVALID_FIELD", *WITH_BODY, *KEYED)
def add_device(asked: dict[str, Any]) -> Response:
    """Register a device; the account's plan says how many there may be."""
    account_id = caller().account_id
    _check_link(asked)

    def work(tx: Transaction) -> dict[str, Any]:
        return device_body(register_device(tx, account_id, **asked))

    try:
        return json_response(created(work), 201)
    except Refused as error:
        if error.code == DEVICE_LIMIT:
            raise Conflict(str(error)) from None
        raise


@blueprint.route("/devices/<device_id>", methods=["GET"])
@permit("devices:read")
@blueprint.answers(200, schemas.DeviceSchema, example=EXAMPLE)
@refuses("NOT_FOUND")
def show_device(device_id: str) -> Response:
    """Read a device."""
    with gateway().yard.store.read() as tx:
        return json_response(device_body(get_device(tx, caller().account_id, device_id)))


@blueprint.route("/devices/<device_id>", methods=["PATCH"])
@permit("devices:write")
@blueprint.arguments(schemas.DeviceChangeSchema, required=True, example=CHANGE)
@blueprint.answers(200, schemas.DeviceSchema, example=EXAMPLE)
@refuses("INVALID_FIELD", "NOT_FOUND", "CONFLICT", *WITH_BODY)
def change_device(asked: dict[str, Any], device_id: str) -> Response:
    """Change a device; `online` true lets the tasks go that wait for it."""
    account_id = caller().account_id

    def work(tx: Transaction) -> Device:
        device = get_device(tx, account_id, device_id, for_update=True)
        _check_link(asked, device)
        return change_said(tx, device, **asked)

    return json_response(device_body(gateway().yard.store.transact(work)))


@blueprint.route("/devices/<device_id>", methods=["DELETE"])
@permit("devices:write")
@blueprint.answers(204)
@refuses("NOT_FOUND", "CONFLICT")
def delete_device(device_id: str) -> Response:
    """Remove a device whose tasks are all over; accounts that were bound to it stay."""
    account_id = caller().account_id

    def work(tx: Transaction) -> None:
        remove_device(tx, get_device(tx, account_id, device_id, for_update=True))

    gateway().yard.store.transact(work)
    return no_content()


def _check_link(asked: dict[str, Any], device: Device | None = None) -> None:
    """Links are for those who run the yard: the ADB server knows telephones of several owners."""
    if may(caller().role, "yard:write"):
        return
    linked = device.serial if device is not None and device.adb else None
    if asked.get("adb") and linked is None:
        raise _refusal("adb", "An ADB link is given on the yard's own machine: `taskyard device`.")
    if linked is not None and asked.get("serial", linked) != linked:
        raise _refusal("serial", "The serial of a device with an ADB link does not change.")


def _refusal(field: str, message: str) -> Refused:
    return Refused(message, code="INVALID_FIELD", field=field)
