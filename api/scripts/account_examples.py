"""What the documentation of accounts shows."""

from __future__ import annotations

from typing import Any

from api.scripts.dialect import success

_LISTED: dict[str, Any] = {
    "id": 1,
    "username": "ada.cooks",
    "email": "ada@example.org",
    "platform": "mastodon",
    "packagename": None,
    "device": "emulator-5554",
    "device_online": True,
    "device_name": "Pixel 9",
    "logined": 1,
    "logined_text": "logged_in",
    "status": 0,
    "status_text": "enabled",
    "tags": ["food"],
}
_WHOLE = {
    **_LISTED,
    "has_credential": True,
    "timezone": "Europe/Berlin",
    "pause_seconds": 900.0,
    "daily_cap": 5,
}
NEW = {
    "platform": "mastodon",
    "username": "ada.cooks",
    "credential": {"instance": "https://social.example", "access_token": "…"},
    "timezone": "Europe/Berlin",
    "pause_seconds": 900,
    "daily_cap": 5,
    "tags": ["food"],
}
ACCOUNT = success(_WHOLE)
ACCOUNTS = success({"accounts": [_LISTED], "total": 1, "page": 1, "page_size": 20})
REMOVED = success({"id": 1, "deleted": True})
CHANGE = {"daily_cap": 3, "tags": ["food", "travel"]}
