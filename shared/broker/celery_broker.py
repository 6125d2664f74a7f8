"""The real broker: Celery over Redis, one queue for each task type, publishes pipelined.

A broker that just failed is left alone for a moment, so that a dead Redis costs a caller next to
nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kombu.exceptions import KombuError
from redis import Redis
from redis.exceptions import RedisError

from shared.broker.celery_app import EXPRESS, LANES, REGULAR, celery_app
from shared.clock import Clock, SystemClock
from shared.errors import Unavailable
from shared.settings import Settings
from shared.tasks.messages import Message
from shared.tasks.registry import Registry

log = logging.getLogger(__name__)
REST_SECONDS = 1.0
"""How long a broker that failed is not asked again."""
FAULTS = (OSError, RedisError, KombuError)
MARK = "taskyard:mark"


class CeleryBroker:
    """Publishes through a Celery application; asks Redis itself for depths."""

    def __init__(self, settings: Settings, registry: Registry, clock: Clock | None = None) -> None:
        queues = sorted({kind.queue for kind in registry.types.values()})
        self.app = celery_app(settings, queues)
        self._redis = redis_client(settings.redis_url)
        self._clock = clock or SystemClock()
        self._rests_until = float("-inf")

    def publish(self, messages: Sequence[Message]) -> bool:
        """Send ``messages`` in one pipeline."""
        if self._clock.monotonic() < self._rests_until:
            return False
        try:
            pool = self.app.producer_pool
            with pool.acquire(block=True, timeout=5) as producer, producer.batch():
                for message in messages:
                    self._send(message, producer)
            return True
        except FAULTS as error:
            self._rests_until = self._clock.monotonic() + REST_SECONDS
            log.warning("the broker takes no messages: %s", error.__cause__ or error)
            return False

    def _send(self, message: Message, producer: Any) -> None:
        self.app.send_task(
            message.type,
            args=[list(message.ids)],
            task_id=message.id,
            queue=message.queue,
            priority=EXPRESS if message.express else REGULAR,
            argsrepr=f"({len(message.ids)} tasks)",
            producer=producer,
        )

    def depth(self, queue: str) -> int:
        """The length of the queue's lists."""
        with _translated(), self._redis.pipeline(transaction=False) as pipeline:
            for lane in LANES:
                pipeline.llen(queue + lane)
            return sum(pipeline.execute())

    def is_marked(self) -> bool:
        """Whether the key that `mark` sets is there."""
        with _translated():
            return bool(self._redis.exists(MARK))

    def mark(self) -> None:
        """Set a key that goes when Redis is emptied."""
        with _translated():
            self._redis.set(MARK, 1)

    def ping(self) -> None:
        """PING."""
        with _translated():
            self._redis.ping()

    def close(self) -> None:
        """Close the producers' connections and our own."""
        self.app.close()
        self._redis.close()


@contextmanager
def _translated() -> Iterator[None]:
    """Turn "Redis does not answer" into `Unavailable`."""
    try:
        yield
    except RedisError as error:
        raise Unavailable(f"The broker does not answer: {error}") from error


def redis_client(url: str, **options: Any) -> Redis:
    """A client of the Redis at ``url``, which does not wait long; nothing is connected yet."""
    plain = url.replace("redis+socket://", "unix://", 1)
    return Redis.from_url(
        plain, **{"socket_timeout": 2.0, "socket_connect_timeout": 1.0, **options}
    )
