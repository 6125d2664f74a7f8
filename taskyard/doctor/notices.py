"""Notices: whether somebody sends them, and which endpoints do not take them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import and_, exists, func, or_, select

from shared.accounts.account import accounts
from shared.db import Transaction
from shared.notices.attempts import BREAK_AFTER
from shared.notices.delivery import IS_PENDING, deliveries
from shared.notices.endpoint import endpoints
from shared.notices.webhook import webhooks
from taskyard.doctor.finding import Finding, Findings, fail, ok, warn
from taskyard.doctor.subject import Subject

LATE_SECONDS = 60.0
"""A sender that runs is never that late, unless very much is to be sent."""


def look_at_notices(subject: Subject) -> Findings:
    """Whether notices are overdue, and whose endpoints fail."""
    with subject.yard.store.read() as tx:
        soon = tx.now - timedelta(seconds=LATE_SECONDS)
        late = select(endpoints.c.id).where(endpoints.c.wake_at < soon).limit(1)
        is_late = tx.first(late) is not None
        found = failing(tx)
    yield sender(is_late)
    for name, count in sorted(found.items()):
        told = "An endpoint" if count == 1 else f"{count} endpoints"
        yield warn(
            "notices",
            f"{told} of {name} failed {BREAK_AFTER} times in a row or more.",
            f"taskyard webhook list --account {name} shows which, "
            "taskyard webhook deliveries ID (or callbacks) why.",
        )


def failing(tx: Transaction) -> Counter[str]:
    """How many endpoints of which account fail that something is to be sent to.

    A webhook that is paused, disabled or deleted is sent nothing, nor is a callback's host for
    which nothing waits.
    """
    lives = (webhooks.c.deleted_at, webhooks.c.disabled_at, webhooks.c.paused_at)
    heard = exists().where(webhooks.c.id == endpoints.c.webhook_id, *(at.is_(None) for at in lives))
    waits = exists().where(deliveries.c.endpoint_id == endpoints.c.id, IS_PENDING)
    query = select(accounts.c.name, func.count().label("endpoints")).select_from(
        endpoints.join(accounts, accounts.c.id == endpoints.c.account_id)
    )
    query = query.where(
        endpoints.c.failures >= BREAK_AFTER,
        or_(heard, and_(endpoints.c.webhook_id.is_(None), waits)),
    )
    return Counter({row.name: row.endpoints for row in tx.rows(query.group_by(accounts.c.name))})


def sender(is_late: bool) -> Finding:
    """Whether somebody sends what is written. Pure."""
    if is_late:
        told = "Notices that are due are not sent."
        fix = "Start a sender: python -m scheduler.notices (`taskyard up` does)."
        return fail("notices", told, fix)
    return ok("notices", "nothing waits to be sent")
