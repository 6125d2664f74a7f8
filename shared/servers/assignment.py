"""Due tasks are assigned to servers: fairly among accounts, to the least loaded server.

The order is that of hand-outs to workers (`choice`): tenants in turn, within rules and pauses, one
scheduler at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import choice
from uuid import UUID

from sqlalchemy import select

from shared.db import Transaction
from shared.rows import ROWS, encode_rows, row_set
from shared.servers.fleet import Fleet, read_fleet
from shared.servers.load import NOTHING, loads
from shared.servers.server import Server
from shared.tasks import lifecycle
from shared.tasks.backlog import FIRST_ID, busy_queues, waiting_tenants
from shared.tasks.choice import MOST_TENANTS, May, anybody, choose
from shared.tasks.handout import DISPATCH, MOST_AT_ONCE
from shared.tasks.task import tasks
from shared.tasks.task_type import TaskType
from shared.tasks.turns import Waiting
from shared.yard import Yard

MOST_QUEUED = 1000
"""So many tasks may be queued at a server beyond what it may run."""


@dataclass(order=True, slots=True)
class Place:
    """A server, and how much more may be assigned to it; the least loaded sorts first.

    ``kept`` of its room is for other types that wait too.
    """

    load: int
    number: int
    room: int = field(compare=False)
    server: Server = field(compare=False)
    kept: int = field(compare=False, default=0)


@dataclass(slots=True)
class Turns:
    """Which account was served last, for each type; what one scheduler remembers."""

    served: dict[str, str] = field(default_factory=dict)


def assign(yard: Yard, turns: Turns) -> int:
    """Assign what is due to servers that are there and have room; how many tasks."""
    with yard.store.read() as tx:
        offered = read_fleet(tx).services
        queues = set(busy_queues(tx)) if offered else set()
    kinds = [k for k in yard.registry.types.values() if k.service in offered and k.queue in queues]
    if not kinds:
        return 0
    return yard.store.transact(lambda tx: _assign_all(tx, kinds, turns))


def _assign_all(tx: Transaction, kinds: Sequence[TaskType], turns: Turns) -> int:
    if not tx.try_lock(DISPATCH):
        return 0
    places = places_at(tx, read_fleet(tx))
    moved = 0
    for done, kind in enumerate(kinds):
        offering = [p for p in places if kind.service in p.server.services]
        moved += _assign_kind(tx, offering, kind, len(kinds) - done, turns)
    return moved


def _assign_kind(
    tx: Transaction, places: Sequence[Place], kind: TaskType, sharing: int, turns: Turns
) -> int:
    """Assign tasks of one type; where others wait too, only a share of each server's room.

    Servers made for one account are filled first, with that account's tasks alone.
    """
    for place in places:
        place.kept = place.room - -(-place.room // sharing)
        place.room -= place.kept
    moved = 0
    for owner in {p.server.account_id for p in places if p.server.account_id}:
        own = [p for p in places if p.server.account_id == owner]
        moved += _fill(tx, kind, own, turns, owner)
    shared = [p for p in places if p.server.account_id is None]
    moved += _fill(tx, kind, shared, turns, None)
    for place in places:
        place.room += place.kept
    return moved


def _fill(
    tx: Transaction, kind: TaskType, places: Sequence[Place], turns: Turns, owner: str | None
) -> int:
    """Assign to these servers, of ``owner``'s tasks alone where there is one."""
    room = min(sum(place.room for place in places), MOST_AT_ONCE)
    if room <= 0:
        return 0
    after = _just_before(owner) if owner else turns.served.get(kind.name, FIRST_ID)
    may: May = anybody if owner is None else (lambda account_id, _kind: account_id == owner)
    chosen, last = choose(tx, [kind], room, after, {}, may)
    if owner is None:
        turns.served[kind.name] = last
    given = deal(chosen, places, _kept_at(tx, chosen))
    rows = [{"id": task_id, "server_id": server_id} for task_id, server_id in given.items()]
    return len(lifecycle.assign(tx, rows, actor="scheduler"))


def deal(
    chosen: Sequence[Waiting], places: Sequence[Place], kept_at: Mapping[str, str]
) -> dict[str, str]:
    """Which server each task goes to, by ids: where it was before, else the least loaded. Pure.

    ``kept_at`` has the servers that tasks were at before a failure.
    """
    by_id = {place.server.id: place for place in places if place.room > 0}
    given: dict[str, str] = {}
    for task in chosen:
        free = [place for place in by_id.values() if place.room > 0]
        if not free:
            break
        before = by_id.get(kept_at.get(task.id, ""))
        place = before if before is not None and before.room > 0 else min(free)
        place.room -= 1
        place.load += 1
        given[task.id] = place.server.id
    return given


def places_at(tx: Transaction, fleet: Fleet) -> list[Place]:
    """The servers that may be given something now: online, not in maintenance, with room."""
    load = loads(tx)
    places = []
    for server in fleet.servers:
        has = load.get(server.id, NOTHING)
        room = MOST_QUEUED - has.queued
        if server.slots is not None:
            room = min(room, server.slots + MOST_QUEUED - has.total)
        if room > 0 and server.is_online(tx.now) and not server.maintenance:
            places.append(Place(has.total, server.number, room, server))
    return places


def assign_to(tx: Transaction, kinds: Sequence[TaskType], server: Server, room: int) -> list[str]:
    """Assign due tasks of ``kinds`` that nobody has to ``server``, which asked for them; their ids.

    None while somebody else hands out: the scheduler does so all the time.
    """
    waiting = set(busy_queues(tx)) if room > 0 else set()
    wanted = [kind for kind in kinds if kind.queue in waiting]
    if not wanted or not tx.try_lock(DISPATCH):
        return []
    ids: list[str] = []
    for kind in wanted:
        left = room - len(ids)
        if left > 0:
            chosen = _asked_for(tx, kind, server, left)
            rows = [{"id": task.id, "server_id": server.id} for task in chosen]
            ids += [row.id for row in lifecycle.assign(tx, rows, actor=server.actor)]
    return ids


def _asked_for(tx: Transaction, kind: TaskType, server: Server, room: int) -> Sequence[Waiting]:
    """Due tasks for a server that asks. Nobody remembers whose turn it is: anybody's may be."""
    if server.account_id is not None:
        after = _just_before(server.account_id)
    else:
        tenants = waiting_tenants(tx, kind.queue, kind.name, most=MOST_TENANTS)
        after = choice(tenants) if tenants else FIRST_ID  # noqa: S311 - fairness, not a secret
    chosen, _ = choose(tx, [kind], room, after, {}, lambda one, _kind: server.serves(one))
    return chosen


def _just_before(account_id: str) -> str:
    """The place in the order of accounts after which that one comes first."""
    return str(UUID(int=UUID(account_id).int - 1))


def _kept_at(tx: Transaction, chosen: Sequence[Waiting]) -> dict[str, str]:
    """The servers at which tasks were tried before, by the tasks' ids."""
    if not chosen:
        return {}
    given = row_set(tx.dialect, [tasks.c.id])
    query = select(tasks.c.id, tasks.c.server_id).join(given, given.c.id == tasks.c.id)
    rows = tx.rows(
        query.where(tasks.c.server_id.is_not(None)),
        {ROWS: encode_rows(lifecycle.by_id(task.id for task in chosen))},
    )
    return {str(row.id): str(row.server_id) for row in rows}
