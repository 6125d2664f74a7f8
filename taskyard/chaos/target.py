"""The yard that is struck: what ``taskyard up`` runs in HOME, looked up anew each time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from redis import Redis

from shared.broker.celery_broker import redis_client
from shared.errors import SettingsError
from shared.settings import Settings
from shared.yard import Yard, open_yard
from taskyard.chaos.part import Part
from taskyard.up_record import RecordedProcess, living_record, read_record

BROKER = "valkey"
"""The name of the embedded broker among the processes."""
POOL_SIZE = 8
PARTS = {
    "scheduler": Part.SCHEDULER,
    "notices": Part.NOTICES,
    "gateway": Part.GATEWAY,
    BROKER: Part.REDIS,
}
"""The parts that processes are, by name; workers have names of their pools."""


@dataclass(frozen=True, slots=True)
class Target:
    """A running yard; ``redis`` is its broker as such."""

    yard: Yard
    url: str
    redis: Redis

    @property
    def settings(self) -> Settings:
        """The yard's settings, as this process reads them."""
        return self.yard.settings

    def processes(self) -> tuple[RecordedProcess, ...]:
        """The supervised processes as they are recorded now."""
        record = read_record(self.settings.home)
        return record.processes if record else ()

    def alive(self, part: Part) -> list[RecordedProcess]:
        """The living processes of ``part``."""
        return [p for p in self.processes() if part_of(p) is part and p.is_alive]

    def is_whole(self) -> bool:
        """Whether every supervised process lives and is ready."""
        processes = self.processes()
        return bool(processes) and all(p.is_alive and p.is_ready for p in processes)

    def has_pool(self, pool: str) -> bool:
        """Whether a worker of that pool is supervised."""
        return any(p.pool == pool for p in self.processes())


def part_of(process: RecordedProcess) -> Part | None:
    """Which part of a yard ``process`` is; None for Flower."""
    if process.pool is not None:
        return Part.WORKERS
    return PARTS.get(process.name)


@contextmanager
def open_target(settings: Settings) -> Iterator[Target]:
    """The yard that runs in HOME; `SettingsError` where there is none."""
    record = living_record(settings.home)
    if record is None:
        raise SettingsError(
            f"No yard is running in {settings.home}: start `taskyard up` there first, "
            "or set TASKYARD_HOME to where one runs."
        )
    yard = open_yard(settings, pool_size=POOL_SIZE)
    redis = redis_client(settings.redis_url)
    try:
        yield Target(yard, record.url, redis)
    finally:
        redis.close()
        yard.broker.close()
        yard.store.close()
