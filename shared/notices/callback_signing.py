"""The secret of an account's callbacks: made when it is first needed, shown to its owner, changed.

Whoever submits a task with a callback is given no secret then, so this one may be read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update

from shared.db import Transaction
from shared.notices.callback_secret import callback_secrets
from shared.notices.secret import (
    CALLBACKS,
    OVERLAP_SECONDS,
    check_overlap,
    new_secret,
    open_secrets,
    seal_secret,
)
from shared.settings import Settings

COLUMNS = tuple(c for c in callback_secrets.c if c.name not in ("number", "created_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackSecret:
    """One row of `callback_secrets`, as read; its secrets are sealed."""

    account_id: str
    secret: str
    previous_secret: str | None
    previous_until: datetime | None

    @classmethod
    def of(cls, row: Row[Any]) -> CallbackSecret:
        """The secret in ``row``, which holds `COLUMNS`."""
        return cls(**row._mapping)

    def opened(self, settings: Settings, now: datetime) -> list[str]:
        """What callbacks are signed with at ``now``, today's secret first."""
        return open_secrets(settings, self, CALLBACKS, now)


def find_callback_secret(tx: Transaction, account_id: str) -> CallbackSecret | None:
    """The account's secret; None where none was needed yet."""
    row = tx.first(select(*COLUMNS).where(callback_secrets.c.account_id == account_id))
    return CallbackSecret.of(row) if row else None


def callback_secret(tx: Transaction, settings: Settings, account_id: str) -> CallbackSecret:
    """The account's secret; made where there is none, so not in a plain read."""
    if found := find_callback_secret(tx, account_id):
        return found
    tx.lock(f"callback-secret/{account_id}")
    if found := find_callback_secret(tx, account_id):  # somebody else was first
        return found
    return CallbackSecret.of(tx.rows(_made(tx, settings, account_id))[0])


def rotate_callback_secret(
    tx: Transaction, settings: Settings, account_id: str, overlap_seconds: float = OVERLAP_SECONDS
) -> CallbackSecret:
    """The account's new secret; the one before signs as well during the overlap."""
    check_overlap(overlap_seconds)
    tx.lock(f"callback-secret/{account_id}")
    before = callback_secret(tx, settings, account_id)
    ends_at = tx.now + timedelta(seconds=overlap_seconds)
    values = {
        "secret": seal_secret(settings, account_id, CALLBACKS, new_secret()),
        "previous_secret": before.secret if overlap_seconds else None,
        "previous_until": ends_at if overlap_seconds else None,
    }
    mine = update(callback_secrets).where(callback_secrets.c.account_id == account_id)
    return CallbackSecret.of(tx.rows(mine.values(values).returning(*COLUMNS))[0])


def _made(tx: Transaction, settings: Settings, account_id: str) -> Any:
    sealed = seal_secret(settings, account_id, CALLBACKS, new_secret())
    row = {"account_id": account_id, "secret": sealed, "created_at": tx.now}
    return insert(callback_secrets).values(row).returning(*COLUMNS)
