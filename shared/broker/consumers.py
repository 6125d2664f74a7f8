"""Which workers take messages from which queue, as the workers themselves say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from shared.broker.celery_broker import CeleryBroker
from shared.errors import Unavailable


def consumers(broker: CeleryBroker, seconds: float) -> Mapping[str, list[str]]:
    """The names of the workers of each queue; those that answer within ``seconds``.

    A worker that is stopped or overloaded does not answer. `Unavailable` where the broker is not.
    """
    try:
        replies = broker.app.control.inspect(timeout=seconds).active_queues() or {}
    except (OSError, RedisError, KombuError) as error:
        raise Unavailable(f"The broker does not answer: {error}") from error
    found: dict[str, list[str]] = defaultdict(list)
    for worker, queues in sorted(replies.items()):
        for queue in queues:
            found[queue["name"]].append(worker)
    return found
