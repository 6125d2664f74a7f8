"""The caller's webhooks, and the callbacks of its tasks, for the request at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from api.auth import caller
from api.buyers.change import read_change
from api.buyers.refusals import refused
from api.buyers.webhook_view import former_ends_at, webhook_body
from api.buyers.webhook_words import WebhookChangeWords
from api.gateway import gateway
from api.idempotency.once import created
from shared.db import Transaction
from shared.errors import Refused
from shared.notices import webhook_making
from shared.notices.callback_signing import (
    CallbackSecret,
    callback_secret,
    rotate_callback_secret,
)
from shared.notices.delivery_log import Health, health_of
from shared.notices.endpoint_url import check_reachable
from shared.notices.webhook import Webhook, get_webhook, list_webhooks
from shared.notices.webhook_making import MOST_WEBHOOKS, NewWebhook

CHANGE = WebhookChangeWords()
NOTHING: dict[str, Any] = {"statuses": [], "types": [], "description": ""}
"""What a null means in a change."""
Body = dict[str, Any]


def made(asked: Mapping[str, Any]) -> Body:
    """The webhook that the request asks for, with its secret."""
    words = _checked(asked)
    account_id, settings = caller().account_id, gateway().yard.settings

    def work(tx: Transaction) -> Body:
        new = NewWebhook(**words)
        webhook, secret = webhook_making.make_webhook(tx, settings, account_id, new)
        return webhook_body(webhook, Health(), tx.now) | {"secret": secret}

    return created(work)


def changed(webhook_id: str) -> Body:
    """The caller's webhook after the change that the request asks for."""
    said = {
        name: NOTHING[name] if value is None and name in NOTHING else value
        for name, value in read_change(CHANGE).items()
    }
    words, account_id = _checked(said), caller().account_id
    return _written(lambda tx: webhook_making.change_webhook(tx, webhook_id, account_id, words))


def moved(move: Callable[[Transaction, str, str], Webhook], webhook_id: str) -> Body:
    """The caller's webhook after a pause or its end."""
    account_id = caller().account_id
    return _written(lambda tx: move(tx, webhook_id, account_id))


def deleted(webhook_id: str) -> None:
    """Delete the caller's webhook."""
    account_id = caller().account_id
    gateway().yard.store.transact(
        lambda tx: webhook_making.delete_webhook(tx, webhook_id, account_id)
    )


def rotated(webhook_id: str, overlap_seconds: float) -> Body:
    """The new secret of the caller's webhook."""
    account_id, settings = caller().account_id, gateway().yard.settings

    def work(tx: Transaction) -> Body:
        webhook, secret = webhook_making.rotate_secret(
            tx, settings, webhook_id, account_id, overlap_seconds
        )
        return {"secret": secret, "formerSecretEndsAt": former_ends_at(webhook, tx.now)}

    return created(work)


def read_one(webhook_id: str) -> Body:
    """The caller's webhook as it is now."""
    with gateway().yard.store.read() as tx:
        return _told(tx, get_webhook(tx, webhook_id, caller().account_id))


def read_all() -> Body:
    """The caller's webhooks, newest first."""
    with gateway().yard.store.read() as tx:
        found = list_webhooks(tx, caller().account_id, limit=MOST_WEBHOOKS)
        health = health_of(tx, [webhook.id for webhook in found])
        return {"webhooks": [webhook_body(one, health[one.id], tx.now) for one in found]}


def callbacks_secret() -> Body:
    """What the callbacks of the caller's tasks are signed with."""
    account_id, settings = caller().account_id, gateway().yard.settings
    return _secret(lambda tx: callback_secret(tx, settings, account_id))


def rotated_callbacks_secret(overlap_seconds: float) -> Body:
    """What they are signed with from now on."""
    account_id, settings = caller().account_id, gateway().yard.settings
    return created(
        lambda tx: _secret_body(
            rotate_callback_secret(tx, settings, account_id, overlap_seconds), tx
        )
    )


def _secret(work: Callable[[Transaction], CallbackSecret]) -> Body:
    return gateway().yard.store.transact(lambda tx: _secret_body(work(tx), tx))


def _secret_body(secret: CallbackSecret, tx: Transaction) -> Body:
    opened = secret.opened(gateway().yard.settings, tx.now)
    return {"secret": opened[0], "formerSecretEndsAt": former_ends_at(secret, tx.now)}


def _checked(asked: Mapping[str, Any]) -> Body:
    """What was asked, as `shared.notices` calls it; raises what is wrong with it."""
    words = dict(asked)
    if "types" in words:
        _check_types(words["types"])
    if "description" in words:
        words["description"] = words["description"].strip()
    if "url" in words:
        words["url"] = _reachable(words["url"])
    return words


def _reachable(url: str) -> str:
    try:
        return check_reachable(url, gateway().yard.settings.webhook_allow_networks)
    except Refused as error:
        raise refused("INVALID_FIELD", "url", str(error).partition(": ")[2]) from None


def _check_types(types: Sequence[str]) -> None:
    known = gateway().yard.registry.types
    if not set(types) <= known.keys():
        detail = f"must be a list of any of {', '.join(sorted(known))}."
        raise refused("INVALID_FIELD", "types", detail)


def _written(work: Callable[[Transaction], Webhook]) -> Body:
    """The webhook that ``work`` wrote, once that is committed."""
    return gateway().yard.store.transact(lambda tx: _told(tx, work(tx)))


def _told(tx: Transaction, webhook: Webhook) -> Body:
    return webhook_body(webhook, health_of(tx, [webhook.id])[webhook.id], tx.now)
