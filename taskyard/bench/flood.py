"""A flood: bulks sent at once, what is left of it at any moment, and how fast it is over."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from taskyard.bench.running_yard import RunningYard
from taskyard.bench.tenant import Tenant
from taskyard.bench.traffic import Address, Sample, connect, exchange, require_status


@dataclass(frozen=True, slots=True)
class Flood:
    """When it began, and when each of its tasks was stored, started and completed, in order."""

    begun_at: float
    stored_at: Sequence[float]
    started_at: Sequence[float]
    completed_at: Sequence[float]

    @classmethod
    def of(cls, begun_at: float, rows: Iterable[Row[Any]]) -> Flood:
        """From the rows of its tasks."""
        times = [(row.created_at, row.started_at, row.completed_at) for row in rows]
        lines = zip(*times, strict=True)
        return cls(begun_at, *(sorted(at.timestamp() for at in line) for line in lines))

    @property
    def per_second(self) -> float:
        """Tasks per second, from its first byte to its last task's end."""
        return len(self.completed_at) / (self.completed_at[-1] - self.begun_at)

    def backlog(self, at: float) -> int:
        """How many of its tasks were stored and not started at that moment."""
        return bisect_right(self.stored_at, at) - bisect_right(self.started_at, at)

    def is_on(self, at: float) -> bool:
        """Whether it was being sent, or had tasks to be started, at that moment."""
        return self.begun_at <= at < self.started_at[-1]


def flood(yard: RunningYard, senders: Sequence[Tenant], items: int) -> Flood:
    """Let every one of ``senders`` submit ``items`` at once; wait until all is done."""
    after = yard.last_number()
    with sent_at_once(yard.address, senders, items) as begun_at:
        pass
    yard.await_done(after)
    return Flood.of(begun_at, yard.rows(after))


@contextmanager
def sent_at_once(address: Address, senders: Sequence[Tenant], items: int) -> Iterator[float]:
    """Gives when it begins; bulks are on their way meanwhile, and answered at the end."""
    requests = [tenant.bulk_submission(items) for tenant in senders]
    with ThreadPoolExecutor(len(requests)) as pool:
        begun_at = time.time()
        sent = [pool.submit(_send, address, request) for request in requests]
        yield begun_at
        require_status([one.result() for one in sent], 200)


def _send(address: Address, request: bytes) -> Sample:
    with connect(address) as wire:
        return exchange(wire, request)
