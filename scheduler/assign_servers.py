"""Assign what is due to remote servers, and take back what those have that are gone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update

from scheduler.gap import GapWatch
from shared.clock import Clock, SystemClock
from shared.db import Transaction
from shared.servers.assignment import Turns, assign
from shared.servers.server import servers
from shared.servers.silence import lose_silent
from shared.yard import Yard

LONGEST_GAP_SECONDS = 10.0
"""After a longer one every server has its full time again to be heard."""


class AssignServers:
    """Remembers whose turn it was."""

    def __init__(self) -> None:
        self._turns = Turns()

    def __call__(self, yard: Yard) -> int:
        """Assign what there is room for; how many tasks."""
        return assign(yard, self._turns)


class LoseSilent:
    """Remembers since when servers could be heard at all."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._gaps = GapWatch(clock or SystemClock())
        self._heard_since: datetime | None = None

    def __call__(self, yard: Yard) -> int:
        """Take back what silent servers have; how many tasks."""
        at = yard.store.transact(_touch)
        if self._gaps.gap_seconds(at) > LONGEST_GAP_SECONDS or self._heard_since is None:
            self._heard_since = at
        return lose_silent(yard, self._heard_since)


def _touch(tx: Transaction) -> datetime:
    """The store's time, once a server can be noted as heard.

    Nothing else proves it: a store that is full, or takes nothing in, is read as ever.
    """
    first = select(func.min(servers.c.number)).scalar_subquery()
    tx.execute(
        update(servers).where(servers.c.number == first).values(health_at=servers.c.health_at)
    )
    return tx.now
