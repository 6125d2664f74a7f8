"""What decides about a task that waits, read from the store; `waiting` says what follows."""

from __future__ import annotations

from sqlalchemy import func, select

from shared.answers.given import answers
from shared.campaigns.campaign import campaigns
from shared.db import Transaction
from shared.servers.assignment import places_at
from shared.servers.fleet import read_fleet
from shared.servers.server import servers
from shared.tasks import mutex
from shared.tasks.line import Place, place_in_queue, place_in_turn
from shared.tasks.mutex_line import place_in_lines
from shared.tasks.reason import WaitingFor
from shared.tasks.registry import Registry
from shared.tasks.rules import Flights, read_flights, rules_about
from shared.tasks.status import FINAL, Status
from shared.tasks.task import PEOPLE, Task, task_parents, tasks
from shared.tasks.waiting import Applied, CampaignPause, Facts, decide, is_early
from shared.tasks.waiting_servers import Offer


def waiting_for(tx: Transaction, task: Task, registry: Registry) -> WaitingFor | None:
    """Why ``task`` is not running now; None where it is over, or runs on a worker."""
    if task.status.is_final or (task.status is Status.RUNNING and task.holder != PEOPLE):
        return None
    return decide(task, gather(tx, task, registry))


def gather(tx: Transaction, task: Task, registry: Registry) -> Facts:
    """What decides about ``task``, and no more than can matter where it is now."""
    is_known = registry.get(task.type) is not None
    if task.status is Status.RUNNING:
        return Facts(now=tx.now, given=_given(tx, task.id))
    if task.status is Status.QUEUED and task.server_id is not None:
        return Facts(now=tx.now, is_known=is_known, offers=_where(tx, task.server_id))
    if task.status is Status.QUEUED:
        return Facts(now=tx.now, is_known=is_known, place=place_in_queue(tx, task))
    if task.blocked_by:
        return Facts(now=tx.now, is_known=is_known, parents=_open_parents(tx, task.id))
    if is_early(task, tx.now):
        return Facts(now=tx.now, is_known=is_known)
    if not task.due and task.target_id is not None:
        return Facts(now=tx.now, is_known=is_known, campaign=_campaign(tx, task.target_id))
    needed = mutex.names(task.mutexes)
    return Facts(
        now=tx.now,
        is_known=is_known,
        rules=_applied(tx, task),
        closures=tuple(mutex.closures(tx, needed)),
        busy=tuple(one for one in mutex.busy(tx) if one.mutex in needed) if needed else (),
        offers=_offers(tx, task, registry),
        place=_place(tx, task, registry),
    )


def _offers(tx: Transaction, task: Task, registry: Registry) -> tuple[Offer, ...]:
    """The servers that do such a task of such an account."""
    kind = registry.get(task.type)
    if kind is None or kind.service is None:
        return ()
    fleet = read_fleet(tx)
    open_to = {place.server.id for place in places_at(tx, fleet)}
    return tuple(
        Offer(
            name=server.name,
            last_seen_at=server.last_seen_at,
            is_online=server.is_online(tx.now),
            is_in_maintenance=server.maintenance,
            is_full=server.id not in open_to,
        )
        for server in fleet.offering(kind.service, task.account_id)
    )


def _where(tx: Transaction, server_id: str) -> tuple[Offer, ...]:
    """The server that a task is assigned to."""
    row = tx.first(select(servers.c.name, servers.c.last_seen_at).where(servers.c.id == server_id))
    return () if row is None else (Offer(name=row.name, last_seen_at=row.last_seen_at),)


def _campaign(tx: Transaction, campaign_id: str) -> CampaignPause | None:
    query = select(campaigns.c.name, campaigns.c.paused_at)
    row = tx.first(query.where(campaigns.c.id == campaign_id, campaigns.c.paused_at.is_not(None)))
    return None if row is None else CampaignPause(row.name, row.paused_at)


def _place(tx: Transaction, task: Task, registry: Registry) -> Place:
    if task.mutexes is None:
        return place_in_turn(tx, task)
    same = {kind.name for kind in registry.types.values() if kind.queue == task.queue}
    return place_in_lines(tx, task, same | {task.type})


def _open_parents(tx: Transaction, task_id: str) -> tuple[str, ...]:
    ended = [status.value for status in FINAL]
    query = select(tasks.c.id).join(task_parents, task_parents.c.parent_id == tasks.c.id)
    query = query.where(task_parents.c.task_id == task_id, tasks.c.status.not_in(ended))
    return tuple(row.id for row in tx.rows(query.order_by(tasks.c.number)))


def _applied(tx: Transaction, task: Task) -> tuple[Applied, ...]:
    """The rules that concern ``task``; those that bound what runs with how many run."""
    about = [
        rule
        for rule in rules_about(tx, [task.account_id])
        if rule.concerns(task.account_id, task.queue, task.type)
    ]
    is_counted = any(rule.max_running is not None for rule in about)
    flights = read_flights(tx) if is_counted else Flights(())
    return tuple(Applied(rule, flights.under(rule.key)) for rule in about)


def _given(tx: Transaction, task_id: str) -> int:
    count = select(func.count()).where(answers.c.task_id == task_id)
    return int(tx.execute(count).scalar_one())
