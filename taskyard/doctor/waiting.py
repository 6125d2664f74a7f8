"""The tasks that wait for a worker: whether there is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress

from sqlalchemy import func, select

from shared.broker.celery_broker import CeleryBroker
from shared.broker.consumers import consumers
from shared.db import Transaction
from shared.errors import Unavailable
from shared.servers.fleet import Fleet, read_fleet
from shared.tasks.backlog import READY
from shared.tasks.handout import QUEUED
from shared.tasks.registry import Registry
from shared.tasks.task import tasks
from taskyard.doctor.broker import is_answering
from taskyard.doctor.finding import Findings, fail, ok, warn
from taskyard.doctor.subject import Subject

ANSWER_SECONDS = (1.0, 4.0)
"""How long workers have to say what they do; the second time where some said nothing."""

Waiting = Mapping[str, int]
"""How many tasks of each type wait for a worker."""


def look_at_types(subject: Subject) -> Findings:
    """Whether every module with task types could be loaded."""
    failures = subject.yard.registry.failures
    for module, reason in sorted(failures.items()):
        told = f"{module} cannot be loaded ({reason}): its tasks are refused."
        yield fail("task types", told, "Install what it misses, or mend it.")
    if not failures:
        yield ok("task types", f"{len(subject.yard.registry.types)} of them")


def look_at_waiting(subject: Subject) -> Findings:
    """What waits, and whether anybody is there to do it."""
    with subject.yard.store.read() as tx:
        waiting = waiting_now(tx, read_fleet(tx))
    yield from strangers(subject.yard.registry, waiting)
    if is_answering(subject):
        yield from workers(subject.yard.registry, waiting, _consumers(subject))


def waiting_now(tx: Transaction, fleet: Fleet) -> Waiting:
    """How many tasks of each type are due and not started; without those that servers will do."""
    found: Counter[str] = Counter()
    ready = select(tasks.c.type, tasks.c.queue, tasks.c.account_id, func.count().label("n"))
    ready = ready.where(*READY).group_by(tasks.c.type, tasks.c.queue, tasks.c.account_id)
    for row in tx.rows(ready):
        if not fleet.is_served(row.account_id, row.queue):
            found[row.type] += row.n
    queued = select(tasks.c.type, func.count().label("n")).where(*QUEUED)
    found.update({row.type: row.n for row in tx.rows(queued.group_by(tasks.c.type))})
    return found


def strangers(registry: Registry, waiting: Waiting) -> Findings:
    """Tasks of types that nobody knows any more. Pure."""
    for name in sorted(set(waiting) - set(registry.types)):
        told = f"{_wait(waiting[name], f' of type {name}')}, which is not installed here."
        yield warn("workers", told, "Install its module again, or cancel them.")


def workers(registry: Registry, waiting: Waiting, workers_of: Mapping[str, list[str]]) -> Findings:
    """Whether each pool has workers, for all of its queues. Pure."""
    for pool in registry.pools:
        lonely = [kind for kind in registry.pool(pool) if not workers_of.get(kind.queue)]
        count = sum(waiting.get(kind.name, 0) for kind in lonely)
        names = {name for kind in registry.pool(pool) for name in workers_of.get(kind.queue, ())}
        start = f"Start one: python -m workers {pool} (`taskyard up` does)."
        whose = ", ".join(kind.name for kind in lonely)
        if count:
            yield fail("workers", f"{_wait(count)}, and no worker takes {whose}.", start)
        elif lonely:
            yield warn("workers", f"No worker takes {whose}.", start)
        else:
            yield ok("workers", f"{pool}: {', '.join(sorted(names))}")


def _wait(count: int, which: str = "") -> str:
    return f"1 task{which} waits" if count == 1 else f"{count} tasks{which} wait"


def _consumers(subject: Subject) -> Mapping[str, list[str]]:
    broker = subject.yard.broker
    assert isinstance(broker, CeleryBroker)  # noqa: S101 - the only kind that `open_yard` makes
    found: Mapping[str, list[str]] = {}
    wanted = {
        kind.queue for kind in subject.yard.registry.types.values() if not kind.is_done_by_people
    }
    for seconds in ANSWER_SECONDS:
        with suppress(Unavailable):  # it answered a moment ago: what it said then is told already
            found = consumers(broker, seconds)
        if wanted <= set(found):
            break
    return found
