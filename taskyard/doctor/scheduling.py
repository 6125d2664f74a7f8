"""What time moves: whether a scheduler does it, and what is paused on purpose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import and_, select

from shared.db import Transaction
from shared.servers.fleet import read_fleet
from shared.tasks.backlog import READY, WAITING
from shared.tasks.handout import QUEUED
from shared.tasks.rules import Rule, read_rules
from shared.tasks.task import ON_WORKERS, tasks
from taskyard.doctor.finding import Finding, Findings, fail, ok, warn
from taskyard.doctor.subject import Subject

LATE_SECONDS = 10.0
"""A scheduler that runs is never that late."""


def look_at_scheduling(subject: Subject) -> Findings:
    """Whether anything is overdue, and what is paused."""
    with subject.yard.store.read() as tx:
        late, rules = is_late(tx, subject.settings.lease_seconds), read_rules(tx)
    yield scheduler(late)
    yield from pauses(rules)


def is_late(tx: Transaction, lease_seconds: float) -> bool:
    """Whether the scheduler's work is long overdue.

    That is: delayed tasks, lapsed leases, or a backlog beside an empty queue.
    """
    soon = tx.now - timedelta(seconds=LATE_SECONDS)
    delayed = and_(*WAITING, tasks.c.not_before < soon)
    long_ago = soon - timedelta(seconds=2 * lease_seconds)
    lapsed = and_(ON_WORKERS, tasks.c.lease_expires_at < long_ago)
    looks = [delayed, lapsed]
    if not read_rules(tx):  # those may hold back what is due, and so may a mutex or a server
        handed_out = select(tasks.c.queue).where(*QUEUED)
        left = (
            tasks.c.mutexes.is_(None),
            tasks.c.queue.not_in(handed_out),
            tasks.c.queue.not_in(read_fleet(tx).services),
        )
        looks.append(and_(*READY, tasks.c.updated_at < soon, *left))
    return any(tx.first(select(tasks.c.id).where(look).limit(1)) for look in looks)


def scheduler(late: bool) -> Finding:
    """Whether somebody moves what time moves. Pure."""
    if late:
        told = "Tasks whose time has come, or whose worker is gone, are left where they are."
        return fail("scheduler", told, "Start one: python -m scheduler (`taskyard up` does).")
    return ok("scheduler", "nothing is overdue")


def pauses(rules: Iterable[Rule]) -> Findings:
    """What is paused, lest it be forgotten. Pure."""
    for rule in rules:
        if rule.is_paused:
            what = f"{rule.key.scope} {rule.key.name}"
            told = f"{what[0].upper()}{what[1:]} is paused, by {rule.paused_by}."
            yield warn("pauses", told, f"taskyard resume {what}, when it may go on.")
