"""What a server that is not there any more loses: what is queued at it, and what it ran unclaimed.

What it claimed it loses when the lease is over, like any holder.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from shared.db import Transaction
from shared.servers.load import loads
from shared.servers.server import Server, servers
from shared.tasks import leases, lifecycle
from shared.tasks.loss import Cause
from shared.tasks.status import Status
from shared.tasks.task import has_status, tasks
from shared.yard import Yard

AT_ONCE = 1000
SILENT, AWAY = "server went silent", "server takes no tasks"


def take_back(
    tx: Transaction,
    server: Server,
    reason: str,
    *,
    actor: str,
    not_in: Sequence[str] | None = None,
) -> int:
    """queued → pending for what ``server`` has not begun, up to `AT_ONCE`; how many.

    ``not_in``: only tasks of types other than these.
    """
    query = select(tasks.c.id).where(tasks.c.server_id == server.id, has_status(Status.QUEUED))
    if not_in is not None:
        query = query.where(tasks.c.type.not_in(not_in))
    query = query.order_by(tasks.c.queue, tasks.c.queued_at)  # as the index of queued ones has them
    ids = [row.id for row in tx.rows(query.limit(AT_ONCE))]
    return len(lifecycle.take_back(tx, ids, actor=actor, reason=reason))


def lose_silent(yard: Yard, heard_since: datetime) -> int:
    """Take back what servers have that are gone, silent, or take nothing; how many tasks.

    Nobody could be heard before ``heard_since``: silence begins then at the earliest.
    """
    with yard.store.read() as tx:
        having = loads(tx)
        if not having:
            return 0
        found = tx.rows(select(servers).where(servers.c.id.in_(having)))
    return sum(settle(yard, Server.of(row), heard_since) for row in found)


def settle(yard: Yard, server: Server, heard_since: datetime) -> int:
    """Take back what ``server``, as it was read, has; how many tasks.

    Decided again within the transaction: it may have called meanwhile.
    """

    def work(tx: Transaction) -> int:
        (row,) = tx.rows(select(servers).where(servers.c.id == server.id).with_for_update())
        now = Server.of(row)
        is_silent = _is_silent(now, tx.now, heard_since)
        moved = 0
        if is_silent or _is_away(now):
            moved += take_back(tx, now, SILENT if is_silent else AWAY, actor="scheduler")
        if is_silent:
            held = leases.held_by(tx, now.plain_holder)
            moved += leases.lose(tx, held, Cause.LEASE_LAPSED, alone=True, actor="scheduler")
        return moved

    if not (_is_silent(server, yard.store.now(), heard_since) or _is_away(server)):
        return 0
    return yard.store.transact(work)


def _is_away(server: Server) -> bool:
    return server.maintenance or not server.enabled or server.removed_at is not None


def _is_silent(server: Server, now: datetime, heard_since: datetime) -> bool:
    last = max(server.last_seen_at or heard_since, heard_since)
    return now - last >= server.lease
