"""An account as operators see it: never what it is logged in with. Pure."""

from __future__ import annotations

from typing import Any

from api.scripts.account_schemas import LOGINED, STATUSES
from shared.devices.device import Device
from shared.social.account import SocialAccount


def account_body(account: SocialAccount, device: Device | None) -> dict[str, Any]:
    """An account in a list, with the device that it is bound to."""
    is_online = device is not None and device.online
    logined, status = int(account.logged_in), int(not account.enabled)
    return {
        "id": account.number,
        "username": account.username,
        "email": account.email or None,
        "platform": account.platform,
        "packagename": account.package_name or None,
        "device": device.serial if device else None,
        "device_online": is_online,
        "device_name": device.name if device and is_online else "",
        "logined": logined,
        "logined_text": LOGINED[logined],
        "status": status,
        "status_text": STATUSES[status],
        "tags": account.tags,
    }


def whole_body(account: SocialAccount, device: Device | None) -> dict[str, Any]:
    """An account by itself."""
    return {
        **account_body(account, device),
        "has_credential": account.credential is not None,
        "timezone": account.timezone,
        "pause_seconds": account.pause_seconds,
        "daily_cap": account.daily_cap or 0,
    }
