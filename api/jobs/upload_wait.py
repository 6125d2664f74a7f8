"""Waiting until documents are read."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from api.auth import caller
from api.gateway import gateway
from api.waiting import LONGEST_SECONDS
from shared.tasks.job_queries import Reading, readings
from shared.tasks.status import Status


def wait_for(document_ids: Sequence[str], seconds: float) -> None:
    """Wait until nothing reads the caller's documents any more, or ``seconds`` (30) are over."""
    end = time.monotonic() + min(seconds, LONGEST_SECONDS)
    for reading in _readings(document_ids) if seconds else ():
        left = end - time.monotonic()
        if left > 0 and not reading.status.is_final:
            gateway().waiting.wait(reading.job_id, left)


def standing(document_ids: Sequence[str]) -> tuple[int, int]:
    """How many of the caller's documents are not read yet, and how many could not be."""
    statuses = [one.status for one in _readings(document_ids)]
    return sum(not status.is_final for status in statuses), statuses.count(Status.FAILED)


def _readings(document_ids: Sequence[str]) -> Collection[Reading]:
    with gateway().yard.store.read() as tx:
        return readings(tx, caller().account_id, document_ids).values()
