"""Notices: whether somebody sends them, and which endpoints do not take them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from shared.notices.attempts import BREAK_AFTER
from shared.notices.endpoint import endpoints
from taskyard.doctor.finding import Finding, Findings, fail, ok, warn
from taskyard.doctor.subject import Subject

LATE_SECONDS = 60.0
"""A sender that runs is never that late, unless very much is to be sent."""


def look_at_notices(subject: Subject) -> Findings:
    """Whether notices are overdue, and how many endpoints fail."""
    with subject.yard.store.read() as tx:
        soon = tx.now - timedelta(seconds=LATE_SECONDS)
        late = select(endpoints.c.id).where(endpoints.c.wake_at < soon).limit(1)
        is_late = tx.first(late) is not None
        failing = select(func.count()).where(endpoints.c.failures >= BREAK_AFTER)
        count = int(tx.rows(failing)[0][0])
    yield sender(is_late)
    if count:
        told = f"{count} endpoint{'s' if count > 1 else ''} of webhooks or callbacks fail."
        yield warn("notices", told, "taskyard webhook list shows which, deliveries show why.")


def sender(is_late: bool) -> Finding:
    """Whether somebody sends what is written. Pure."""
    if is_late:
        told = "Notices that are due are not sent."
        fix = "Start a sender: python -m scheduler.notices (`taskyard up` does)."
        return fail("notices", told, fix)
    return ok("notices", "nothing waits to be sent")
