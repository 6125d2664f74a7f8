"""A gateway that goes on submitting while its broker dies, comes back and is emptied."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.broker.celery_broker import CeleryBroker
from shared.settings import Settings
from shared.tasks.status import Status
from shared.tasks.submitter import Submitter
from tests.memory_yard import SOLO, MemoryYard
from tests.servers import ValkeyServer, eventually

PACE_SECONDS = 0.1
"""Slow enough that the queue has room for all of them: there is no worker."""


class Load:
    """Submits one task after the other from a thread, until it is stopped."""

    def __init__(self, yard: MemoryYard, submitter: Submitter) -> None:
        self.accepted: list[str] = []
        self._yard = yard
        self._submitter = submitter
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._submit)

    def __enter__(self) -> Load:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def goes_on(self) -> None:
        """Wait until five more tasks are accepted."""
        wanted = len(self.accepted) + 5
        eventually(lambda: len(self.accepted) >= wanted, what="five more accepted tasks")

    def _submit(self) -> None:
        while not self._over.wait(PACE_SECONDS):
            self.accepted.append(self._submitter.submit(self._yard.draft(SOLO)).task_id)


@pytest.fixture
def broker(
    sqlite_yard: MemoryYard, settings: Settings, own_valkey: ValkeyServer
) -> Iterator[CeleryBroker]:
    """Celery on a Valkey of the test's own."""
    made = CeleryBroker(replace(settings, redis_url=own_valkey.url), sqlite_yard.yard.registry)
    yield made
    made.close()


@pytest.mark.usefixtures("much_room")
def test_a_publishing_gateway_outlives_its_broker(
    sqlite_yard: MemoryYard, broker: CeleryBroker, own_valkey: ValkeyServer
) -> None:
    submitter = Submitter(replace(sqlite_yard.yard, broker=broker))

    def depth() -> int:
        return broker.depth(SOLO.queue)

    with Load(sqlite_yard, submitter) as load:
        eventually(lambda: depth() > 0, what="the first message")
        own_valkey.kill()
        load.goes_on()
        own_valkey.start()
        kept = depth()
        eventually(lambda: depth() > kept, what="a message after the restart")
        own_valkey.flush()
        eventually(lambda: depth() > 0, what="a message after the flush")
    submitter.close()
    statuses = sqlite_yard.statuses(load.accepted)
    assert statuses[Status.QUEUED] + statuses[Status.PENDING] == len(load.accepted)
