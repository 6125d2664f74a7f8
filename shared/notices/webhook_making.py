"""Webhooks are made, changed, paused, resumed, given a new secret, and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, update

from shared.db import Transaction
from shared.errors import Conflict
from shared.ids import new_id
from shared.notices.endpoint import endpoints, lock_ids, wake
from shared.notices.line import drop_pending
from shared.notices.secret import OVERLAP_SECONDS, check_overlap, new_secret, seal_secret
from shared.notices.webhook import (
    COLUMNS,
    Webhook,
    count_webhooks,
    get_webhook,
    webhooks,
    write,
)
from shared.settings import Settings
from shared.tasks.event_log import newest_number

MOST_WEBHOOKS = 50
"""Of one account: each is a copy of every notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook:
    """What a webhook is asked for by; its words were checked. No statuses or types mean all."""

    url: str
    statuses: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    description: str = ""


def make_webhook(
    tx: Transaction, settings: Settings, account_id: str, new: NewWebhook
) -> tuple[Webhook, str]:
    """The account's new webhook and its secret, which nobody is shown again.

    It hears of what happens from now on. `Conflict` where there are too many.
    """
    tx.lock(f"webhooks/{account_id}")
    if count_webhooks(tx, account_id) >= MOST_WEBHOOKS:
        raise Conflict(f"There are {MOST_WEBHOOKS} webhooks already; delete one first.")
    id_, secret = new_id(), new_secret()
    row = {
        "id": id_,
        "account_id": account_id,
        "url": new.url,
        "statuses": list(new.statuses),
        "types": list(new.types),
        "description": new.description,
        "secret": seal_secret(settings, account_id, id_, secret),
        "heard_after": newest_number(tx),
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    made = tx.rows(insert(webhooks).values(row).returning(*COLUMNS))[0]
    return Webhook.of(made), secret


def change_webhook(
    tx: Transaction, webhook_id: str, account_id: str, change: Mapping[str, Any]
) -> Webhook:
    """The account's webhook with ``change``, columns by name.

    What waits to be sent is sent to a new URL as well.
    """
    return write(tx, get_webhook(tx, webhook_id, account_id, for_update=True), **change)


def rotate_secret(
    tx: Transaction,
    settings: Settings,
    webhook_id: str,
    account_id: str,
    overlap_seconds: float = OVERLAP_SECONDS,
) -> tuple[Webhook, str]:
    """The webhook with a new secret, and that; the one before signs as well during the overlap.

    One from before that, whose overlap is not over, ends at once.
    """
    check_overlap(overlap_seconds)
    found = get_webhook(tx, webhook_id, account_id, for_update=True)
    secret = new_secret()
    ends_at = tx.now + timedelta(seconds=overlap_seconds)
    changed = write(
        tx,
        found,
        secret=seal_secret(settings, account_id, found.id, secret),
        previous_secret=found.secret if overlap_seconds else None,
        previous_until=ends_at if overlap_seconds else None,
    )
    return changed, secret


def pause_webhook(tx: Transaction, webhook_id: str, account_id: str) -> Webhook:
    """Send it nothing until `resume_webhook`."""
    found = get_webhook(tx, webhook_id, account_id, for_update=True)
    return found if found.paused_at else write(tx, found, paused_at=tx.now)


def resume_webhook(tx: Transaction, webhook_id: str, account_id: str) -> Webhook:
    """Go on, after a pause, after it was disabled, or where failures hold it up.

    What was dropped when it was disabled is sent by a replay alone.
    """
    lock_ids(tx, [get_webhook(tx, webhook_id, account_id).id])  # first of all, as senders do
    found = get_webhook(tx, webhook_id, account_id, for_update=True)
    mine = update(endpoints).where(endpoints.c.id == found.id)
    tx.execute(mine.values(failures=0, open_until=None, failed_since=None))
    wake(tx, [found.id])
    return write(tx, found, paused_at=None, disabled_at=None, disabled_reason=None)


def delete_webhook(tx: Transaction, webhook_id: str, account_id: str) -> None:
    """Send it nothing any more, for good; its secret is wiped."""
    drop_pending(tx, get_webhook(tx, webhook_id, account_id).id)
    found = get_webhook(tx, webhook_id, account_id, for_update=True)
    gone = {"secret": "", "previous_secret": None, "previous_until": None}
    write(tx, found, deleted_at=tx.now, **gone)
