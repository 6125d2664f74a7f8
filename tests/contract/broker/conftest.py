"""Both brokers behind one face: what was published can be read, and the broker can be broken."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson
import pytest
from redis import Redis

from shared.broker import Broker
from shared.broker.celery_app import LANES
from shared.broker.celery_broker import CeleryBroker
from shared.broker.memory import MemoryBroker
from shared.clock import FakeClock
from shared.settings import read_settings
from shared.tasks.messages import Message
from shared.tasks.registry import Registry
from tests.odd_types import DEADLY, TOGETHER
from tests.servers import ValkeyServer

REGISTRY = Registry({kind.name: kind for kind in (DEADLY, TOGETHER)})


@dataclass(frozen=True)
class Post:
    """A broker and what a test does around it.

    ``take`` removes and answers the message that a worker would get next; ``down`` and ``up``
    break and mend the server; ``later`` lets the time pass for which a broken one is left alone;
    ``empty`` flushes it.
    """

    broker: Broker
    take: Callable[[str], Message | None]
    down: Callable[[], None]
    up: Callable[[], None]
    later: Callable[[], None]
    empty: Callable[[], None]


@pytest.fixture(params=["memory", "celery"])
def post(request: pytest.FixtureRequest) -> Post:
    """Each broker in turn."""
    made: Post = request.getfixturevalue(f"{request.param}_post")
    return made


@pytest.fixture
def memory_post() -> Post:
    """The broker in memory."""
    broker = MemoryBroker()

    def switch(is_down: bool) -> Callable[[], None]:
        return lambda: setattr(broker, "is_down", is_down)

    return Post(broker, broker.take, switch(True), switch(False), lambda: None, broker.empty)


@pytest.fixture
def celery_post(own_valkey: ValkeyServer) -> Iterator[Post]:
    """Celery on a real Redis."""
    environ = {"TASKYARD_SECRET_KEY": "x" * 32, "TASKYARD_REDIS_URL": own_valkey.url}
    clock = FakeClock()
    broker = CeleryBroker(read_settings(environ), REGISTRY, clock)

    def take(queue: str) -> Message | None:
        with Redis.from_url(own_valkey.url) as redis:
            raws = ((lane, redis.rpop(queue + lane)) for lane in LANES)
            lane, raw = next(((lane, raw) for lane, raw in raws if raw), ("", None))
        return None if raw is None else _message(raw, queue, is_express=lane == LANES[0])

    down, up, empty = own_valkey.kill, own_valkey.start, own_valkey.flush
    yield Post(broker, take, down, up, lambda: clock.advance(1.1), empty)
    broker.close()


def _message(raw: object, queue: str, *, is_express: bool) -> Message:
    """What a Celery message of protocol 2 says; it is JSON through and through."""
    assert isinstance(raw, bytes)
    envelope = orjson.loads(raw)
    assert envelope["content-type"] == "application/json"
    (ids,), _keywords, _embedded = orjson.loads(base64.b64decode(envelope["body"]))
    message = Message(envelope["headers"]["task"], queue, tuple(ids), is_express)
    if message.id is not None:
        assert envelope["headers"]["id"] == message.id
    return message
