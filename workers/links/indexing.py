"""INDEXING: search engines are told of a page; later it is looked at whether they may take it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from shared.campaigns.campaign import Campaign, campaigns_of
from shared.db import Transaction
from shared.errors import GiveWay, TaskError
from shared.links.attempt import told_as_task_errors
from shared.links.choice import open_connector
from shared.links.order import Link, Order
from shared.links.outcome import result_of
from shared.links.payload import POOL, SECRETS, LinkPayload
from shared.links.service import Service
from shared.tasks.draft import Draft
from shared.tasks.outcome import Completed
from shared.tasks.task_type import Context, Payload, TaskType
from workers.journal import Journal
from workers.links.index_check import INDEX_CHECK
from workers.links.publishing import RETRY, orders_for

CHECK_AFTER_SECONDS = 3600.0
LONGEST_CHECK_AFTER_SECONDS = 90 * 86_400.0
HOURS = 3600.0


def run_batch(
    payloads: Sequence[Payload], contexts: Sequence[Context]
) -> list[dict[str, Any] | TaskError]:
    """Tell of all pages at once: those of one host share a request."""
    orders = orders_for(Service.INDEXING, payloads, contexts)
    refused = {n: error for n, order in enumerate(orders) if (error := _refusal(order, contexts))}
    able = [n for n in range(len(orders)) if n not in refused]
    told = _told([orders[n] for n in able], [contexts[n] for n in able])
    outcomes = {**refused, **dict(zip(able, told, strict=True))}
    return [outcomes[n] for n in range(len(orders))]


def _refusal(order: Order, contexts: Sequence[Context]) -> TaskError | None:
    """Why no connector takes the order, where that is so."""
    try:
        with told_as_task_errors():
            open_connector(order, contexts[0].yard.settings)
    except TaskError as error:
        return error
    return None


def _told(orders: Sequence[Order], contexts: Sequence[Context]) -> list[dict[str, Any] | TaskError]:
    from shared.links.connectors import indexnow

    if not orders:
        return []
    with told_as_task_errors():
        connector = indexnow.open_connector(contexts[0].yard.settings)
        outcomes = connector.publish_many(orders, [Journal(context) for context in contexts])
    return [_result(each, context) for each, context in zip(outcomes, contexts, strict=True)]


def _result(outcome: Link | TaskError | GiveWay, context: Context) -> dict[str, Any] | TaskError:
    if isinstance(outcome, Link):
        return result_of(outcome)
    if isinstance(outcome, GiveWay):
        context.canceled()  # where that was why, the task ends as canceled, whatever is answered
        return TaskError(f"The attempt gave way: {outcome}.", code="GAVE_WAY")
    return outcome


def settle(tx: Transaction, completed: Sequence[Completed]) -> list[Draft]:
    """Ask, for each page that engines were told of, for a look at it later; see `INDEX_CHECK`."""
    campaigns = campaigns_of(tx, [outcome.task.target_id for outcome in completed])
    drafts = []
    for outcome in completed:
        task = outcome.task
        url = str(outcome.result.get("link_post") or task.payload.get("site_url") or "")
        if url:
            wait = check_after_seconds(task.payload, campaigns.get(task.target_id or ""))
            drafts.append(
                Draft(
                    account_id=task.account_id,
                    task_type=INDEX_CHECK,
                    payload={"task_id": task.id, "url": url},
                    dialect=task.dialect,
                    not_before=tx.now + timedelta(seconds=wait),
                )
            )
    return drafts


def check_after_seconds(payload: Payload, campaign: Campaign | None) -> float:
    """How long after the announcement to look: ``config.check_after_seconds``, an hour else. Pure.

    What is no number of seconds counts as not given; at most 90 days.
    """
    config = campaign.config if campaign else payload.get("config") or {}
    given = config.get("check_after_seconds")
    if isinstance(given, bool) or not isinstance(given, int | float):
        return CHECK_AFTER_SECONDS
    if not math.isfinite(given) or given < 0:
        return CHECK_AFTER_SECONDS
    return float(min(given, LONGEST_CHECK_AFTER_SECONDS))


INDEXING = TaskType(
    name=Service.INDEXING.type_name,
    pool=POOL,
    queue=Service.INDEXING.value,
    payload=LinkPayload(),
    run_batch=run_batch,
    batch_size=100,
    secrets=SECRETS,
    service=Service.INDEXING.value,
    settle=settle,
    retry=RETRY,
    time_limit_seconds=HOURS,
)
