"""Which tasks the messages in the broker's queues name."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress

import orjson
from redis.exceptions import RedisError

from shared.broker.celery_app import LANES
from shared.errors import Unavailable
from shared.tasks.messages import ids_in
from taskyard.chaos.target import Target


def waiting_ids(target: Target) -> frozenset[str]:
    """Every task id in a message that waits in a queue; `Unavailable` where the broker is away.

    Messages that a killed worker had taken are no part of it: Redis keeps them apart, gives them
    back after an hour, and then they find nothing to do.
    """
    queues = sorted({kind.queue for kind in target.yard.registry.types.values()})
    lists = [queue + lane for queue in queues for lane in LANES]
    try:
        messages = [message for name in lists for message in target.redis.lrange(name, 0, -1)]
    except RedisError as error:
        raise Unavailable(f"The broker does not answer: {error}") from error
    return frozenset(task_id for message in messages for task_id in _named(message))


def _named(message: bytes | str) -> Iterator[str]:
    """The ids in one message as Celery writes it; nothing where it is somebody else's."""
    with suppress(ValueError, KeyError, TypeError, IndexError):
        arguments = orjson.loads(b64decode(orjson.loads(message)["body"]))[0]
        yield from ids_in(arguments[0])
