"""A device as operators see it. Pure."""

from __future__ import annotations

from typing import Any

from shared.devices.device import Device
from shared.moments import time_text


def device_body(device: Device) -> dict[str, Any]:
    """A device."""
    return {
        "id": device.id,
        "serial": device.serial,
        "name": device.name,
        "online": device.online,
        "adb": device.adb,
        "tags": device.tags,
        "createdAt": time_text(device.created_at),
        "updatedAt": time_text(device.updated_at),
    }
