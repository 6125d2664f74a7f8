"""How many tasks an account may have waiting; beyond that it is asked to come back later."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from api.failure import Kind, Rejected
from shared.clock import Clock
from shared.db import Store
from shared.tasks import queries
from shared.tasks.status import Status

FRESH_SECONDS = 1.0
RETRY_AFTER_SECONDS = 5
WAITING = (Status.PENDING, Status.QUEUED)


@dataclass(slots=True)
class _Counted:
    at: float
    room: int


class PendingLimit:
    """Counts waiting tasks by account, once a second, and adds what came since."""

    def __init__(self, store: Store, most: int, clock: Clock) -> None:
        self._store = store
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._counted: dict[str, _Counted] = {}

    def require_room(self, account_id: str, count: int = 1) -> None:
        """429 where the account has no room for ``count`` tasks more."""
        room = self.room(account_id)
        if room < count:
            raise self.over_limit(room)

    def room(self, account_id: str) -> int:
        """How many more tasks the account may have waiting, as known about a second ago."""
        counted = self._claim(account_id)
        if counted is None:
            return self._counted[account_id].room
        room = self._most - self._count(account_id)
        self._counted[account_id] = _Counted(counted.at, room)
        return room

    def took(self, account_id: str, accepted: int) -> None:
        """Remember that so many more tasks are waiting now."""
        with self._lock:
            if account_id in self._counted:
                self._counted[account_id].room -= accepted

    def over_limit(self, room: int = 0) -> Rejected:
        """The refusal of too many tasks, where there is room for ``room``."""
        waiting = f"{self._most} tasks of this account are waiting already"
        if room > 0:
            waiting = f"Only {room} more tasks of this account may wait now"
        return Rejected(
            Kind.RATE_LIMITED,
            f"{waiting}; send more as they end.",
            headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
        )

    def _claim(self, account_id: str) -> _Counted | None:
        """A new count to be filled in by this thread alone; None while the old one will do."""
        now = self._clock.monotonic()
        with self._lock:
            known = self._counted.get(account_id)
            if known is not None and now - known.at < FRESH_SECONDS:
                return None
            room = self._most if known is None else known.room
            counted = self._counted[account_id] = _Counted(now, room)
            return counted

    def _count(self, account_id: str) -> int:
        with self._store.read() as tx:
            counts = queries.counts(tx, account_id)
        return sum(n for (_, status), n in counts.items() if status in WAITING)
