"""Remote servers: whether they are heard, and whether tasks wait for some that are not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from shared.db import Transaction
from shared.servers.fleet import Fleet, read_fleet
from shared.servers.load import Load, loads
from shared.servers.server import Server
from shared.tasks.backlog import READY
from shared.tasks.task import tasks
from taskyard.counted import counted
from taskyard.doctor.finding import Finding, Findings, fail, ok, warn
from taskyard.doctor.subject import Subject

ABOUT = "servers"
WAKE = "Start them again; those that are gone for good: `taskyard server disable NAME`."
WAKE_ONE = "Start it again; if it is gone for good: `taskyard server disable {}`."
END_MAINTENANCE = "`taskyard server set NAME --no-maintenance`, when they may go on."
MOST_NAMED = 10

Waiting = Mapping[tuple[str, str], int]
"""How many tasks are due and not assigned, by account and service."""


def look_at_servers(subject: Subject) -> Findings:
    """Who is silent, and what waits for them; nothing where there are no servers."""
    with subject.yard.store.read() as tx:
        fleet = read_fleet(tx)
        if not fleet.servers:
            return
        waiting, load, now = waiting_for(tx, fleet), loads(tx), tx.now
    yield from judged(fleet, waiting, load, now)


def waiting_for(tx: Transaction, fleet: Fleet) -> Waiting:
    """What is due of the services that ``fleet`` has for the tasks' accounts."""
    count = select(tasks.c.account_id, tasks.c.queue, func.count().label("n")).where(
        *READY, tasks.c.queue.in_(fleet.services)
    )
    rows = tx.rows(count.group_by(tasks.c.account_id, tasks.c.queue))
    return {
        (row.account_id, row.queue): row.n
        for row in rows
        if fleet.is_served(row.account_id, row.queue)
    }


def judged(fleet: Fleet, waiting: Waiting, load: Mapping[str, Load], now: datetime) -> Findings:
    """What is to be said of the servers. Pure."""
    silent = [server for server in fleet.servers if not server.is_online(now)]
    stuck: dict[str, int] = defaultdict(int)
    resting: dict[str, int] = defaultdict(int)
    for (account_id, service), count in waiting.items():
        there = [s for s in fleet.offering(service, account_id) if s not in silent]
        if not there:
            stuck[service] += count
        elif all(server.maintenance for server in there):
            resting[service] += count
    lonely = [s for s in fleet.services if _is_lonely(fleet, s, silent) and s not in stuck]
    for service, count in sorted(stuck.items()):
        told = f"{_wait(count)} for servers of {service}, and none that does it is online."
        yield fail(ABOUT, told, WAKE)
    for service, count in sorted(resting.items()):
        told = f"{_wait(count)} for servers of {service}, which are in maintenance."
        yield warn(ABOUT, told, END_MAINTENANCE)
    for service in lonely:
        yield warn(ABOUT, f"No server that does {service} is online: new tasks wait.", WAKE)
    yield from _silent(silent, load)
    if not (silent or resting):
        yield ok(ABOUT, f"{_names(fleet.servers)} ({len(fleet.servers)}) online")


def _is_lonely(fleet: Fleet, service: str, silent: Collection[Server]) -> bool:
    """Whether all of those that offer the service are silent, whomever they serve."""
    return all(server in silent for server in fleet.servers if service in server.services)


def _silent(silent: Sequence[Server], load: Mapping[str, Load]) -> Findings:
    """Those that still have something are named one by one; the others together."""
    holding = [server for server in silent if server.id in load]
    for server in holding:
        yield _holding(server, load[server.id])
    idle = [server for server in silent if server not in holding]
    if idle:
        told = f"Silent: {_names(idle)} ({len(idle)})."
        yield warn(ABOUT, told, WAKE)


def _holding(server: Server, has: Load) -> Finding:
    queued = counted(has.queued, "task")
    told = f"{server.name} is silent, with {queued} queued at it and {has.running} begun."
    return warn(ABOUT, told, WAKE_ONE.format(server.name))


def _wait(count: int) -> str:
    return "1 task waits" if count == 1 else f"{count} tasks wait"


def _names(found: Iterable[Server]) -> str:
    names = [server.name for server in found]
    return ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")
