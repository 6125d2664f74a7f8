"""What the caller was told, and what is told it again, for the request at hand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from api.auth import caller
from api.buyers.listing import page_of
from api.buyers.webhook_view import delivery_body
from api.gateway import gateway
from api.idempotency.once import created
from api.paging import cut
from shared.db import Transaction
from shared.moments import time_text
from shared.notices import redelivery
from shared.notices.delivery import DeliveryState
from shared.notices.delivery_log import Wanted, get_delivery, list_deliveries, tries_of
from shared.notices.secret import CALLBACKS
from shared.notices.webhook import get_webhook

BATCHES = 20
"""So many times `AT_ONCE` are sent again for one request."""
Body = dict[str, Any]


def read_page(webhook_id: str, query: Mapping[str, Any]) -> Body:
    """A page of what a webhook of the caller's, or its callbacks, were told, newest first."""
    page = page_of(query)
    state = DeliveryState(query["state"]) if "state" in query else None
    with gateway().yard.store.read() as tx:
        wanted = _wanted(tx, webhook_id, state=state, task_id=query.get("taskId"))
        rows = list_deliveries(tx, wanted, before=page.before, limit=page.limit + 1)
        found, cursor = cut(rows, page.limit, lambda delivery: delivery.number)
        tries = tries_of(tx, [one.id for one in found])
    told = [delivery_body(one, tries[one.id]) for one in found]
    return {"deliveries": told, "nextCursor": cursor}


def read_one(webhook_id: str, delivery_id: str) -> Body:
    """One delivery."""
    with gateway().yard.store.read() as tx:
        found = get_delivery(tx, _wanted(tx, webhook_id), delivery_id)
        return delivery_body(found, tries_of(tx, [found.id])[found.id])


def tested(webhook_id: str) -> Body:
    """The delivery of a test that was asked for."""
    account_id = caller().account_id

    def work(tx: Transaction) -> Body:
        webhook = get_webhook(tx, webhook_id, account_id)
        return delivery_body(redelivery.add_test(tx, webhook), ())

    return created(work)


def replayed(webhook_id: str, delivery_id: str) -> Body:
    """The delivery that is sent again."""

    def work(tx: Transaction) -> Body:
        found = get_delivery(tx, _wanted(tx, webhook_id), delivery_id)
        again = redelivery.replay(tx, found)
        return delivery_body(again, tries_of(tx, [again.id])[again.id])

    return gateway().yard.store.transact(work)


def replayed_range(webhook_id: str, asked: Mapping[str, Any]) -> Body:
    """How many deliveries of a range are sent again, batch by batch, and where to go on."""
    store, replayed, last = gateway().yard.store, 0, None
    span = redelivery.Span(asked.get("since"), asked.get("until"))
    with store.read() as tx:
        wanted = _wanted(tx, webhook_id, state=DeliveryState(asked["state"]))
    for _ in range(BATCHES):
        after = last.number if last else 0
        batch = store.transact(
            partial(redelivery.replay_next, wanted=wanted, span=span, after=after)
        )
        replayed, last = replayed + batch.count, batch.last
        if last is None:
            break
    return {"replayed": replayed, "nextSince": time_text(last.created_at) if last else None}


def _wanted(tx: Transaction, webhook_id: str, **said: Any) -> Wanted:
    """The deliveries of the caller's webhook, or of its callbacks, where it is called so."""
    account_id = caller().account_id
    id_ = None if webhook_id == CALLBACKS else get_webhook(tx, webhook_id, account_id).id
    return Wanted(account_id=account_id, webhook_id=id_, **said)
