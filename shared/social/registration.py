"""What owners say about their accounts: checked, sealed, kept, and removed again.

The words that may be said, beside platform and user name: ``email``, ``device`` (a serial, "" for
none), ``package_name``, ``enabled``, ``logged_in``, ``credential`` (a mapping, an empty one for
none), ``timezone``, ``pause_seconds``, ``daily_cap`` (0 for none), ``tags``. Each may be refused by
`Refused`, which names its field.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete

from shared.accounts.word import read_word
from shared.db import Transaction
from shared.devices.device import find_device
from shared.errors import Refused
from shared.scripts.removal import release
from shared.sealed import seal
from shared.settings import Settings
from shared.short_text import check_short_text
from shared.social.account import (
    LONGEST_USERNAME,
    Platform,
    SocialAccount,
    add_social_account,
    change_social_account,
    find_named,
    social_accounts,
)
from shared.social.credential import check_credential
from shared.social.standing import settle
from shared.social.zone import check_zone
from shared.tags import check_tags

TEXTS = {"email": ("email", 320), "package_name": ("packagename", 200)}
"""Columns with what callers call them, and how long they may be."""
SETTLING = {"enabled", "logged_in", "credential", "timezone", "pause_seconds", "daily_cap"}
"""What decides whether something may be posted now."""


def register_account(
    tx: Transaction,
    settings: Settings,
    account_id: str,
    platform: str,
    username: str,
    *,
    credential: dict[str, Any] | None = None,
    **said: Any,
) -> SocialAccount:
    """A new account; `Refused` where the owner has one of that name on the platform."""
    kind = read_word(Platform, platform, "platform")
    checked = check_credential(kind, credential or {})
    account = add_social_account(
        tx,
        settings,
        account_id,
        kind.value,
        check_username(username),
        credential=checked or None,
        **_columns(tx, account_id, said),
    )
    settle(tx, account)
    return account


def change_account(
    tx: Transaction,
    settings: Settings,
    account: SocialAccount,
    *,
    platform: str | None = None,
    username: str | None = None,
    credential: dict[str, Any] | None = None,
    **said: Any,
) -> SocialAccount:
    """Change what is said of ``account`` (a locked row), keep the rest; the account as it is then.

    A new credential logs it in, unless ``logged_in`` says otherwise.
    """
    if platform not in (None, account.platform):
        message = f"platform: is {account.platform}, and cannot be changed."
        raise Refused(message, code="INVALID_FIELD", field="platform")
    values = _columns(tx, account.account_id, said)
    if username is not None:
        values["username"] = _free_username(tx, account, check_username(username))
    if credential is not None:
        checked = check_credential(Platform(account.platform), credential)
        values["credential"] = seal(settings, account.id, checked) if checked else None
        if checked:
            values.setdefault("logged_in", True)
    changed = change_social_account(tx, account, **values)
    if SETTLING & values.keys():
        settle(tx, changed)
    return changed


def remove_account(tx: Transaction, account: SocialAccount) -> None:
    """Remove ``account`` (a locked row); `Conflict` while a task that posts in it is not over."""
    release(
        tx,
        account.account_id,
        account.mutex,
        f"The account {account.username} on {account.platform}",
    )
    tx.execute(delete(social_accounts).where(social_accounts.c.id == account.id))


def check_username(text: str) -> str:
    """``text`` without the @ before it; `Refused`. Pure."""
    return check_short_text("username", text.strip().removeprefix("@"), LONGEST_USERNAME)


def _free_username(tx: Transaction, account: SocialAccount, username: str) -> str:
    tx.lock(f"social/{account.account_id}")
    others = find_named(tx, account.account_id, username, account.platform)
    if any(other.id != account.id for other in others):
        message = f"There is an account {username} on {account.platform} already."
        raise Refused(message, code="CONFLICT", field="username")
    return username


def _columns(tx: Transaction, account_id: str, said: dict[str, Any]) -> dict[str, Any]:
    """What is ``said`` as columns."""
    values = dict(said)
    for column, (name, longest) in TEXTS.items():
        if column in values:
            values[column] = check_short_text(name, values[column], longest, least=0)
    if "device" in values:
        values["device_id"] = _device_id(tx, account_id, values.pop("device"))
    if "timezone" in values:
        values["timezone"] = check_zone(values["timezone"])
    if "daily_cap" in values:
        values["daily_cap"] = values["daily_cap"] or None
    if "tags" in values:
        values["tags"] = check_tags(values["tags"])
    return values


def _device_id(tx: Transaction, account_id: str, serial: str) -> str | None:
    if not serial:
        return None
    device = find_device(tx, account_id, serial, to_use=True)
    if device is None:
        message = f"device: there is no device {serial}."
        raise Refused(message, code="INVALID_FIELD", field="device")
    return device.id
