"""Faults of the database: every connection to it is cut, as its restart would."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import text

from shared.errors import Unavailable
from taskyard.chaos.fault import FaultKind, Strike
from taskyard.chaos.target import Target

CUT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True, slots=True)
class ConnectionsCut:
    """PostgreSQL ends all its connections to the yard's database, whatever they do just now."""

    target: Target
    kind: FaultKind
    seconds: float = 0.5

    def strike(self) -> Strike | None:
        """Cut them all but the one that does it."""
        with suppress(Unavailable):
            with self.target.yard.store.read() as tx:
                tx.execute(CUT)
            now = self.target.yard.store.now()
            return Strike(kind=self.kind, struck_at=now, healed_at=now)
        return None
