"""PODCAST: an episode in a feed."""

from __future__ import annotations

from typing import Any

from shared.links.payload import POOL, SECRETS, LinkPayload
from shared.links.service import Service
from shared.tasks.task_type import Context, Payload, TaskType
from workers.links.publishing import RETRY, TIME_LIMIT_SECONDS, publish


def run(payload: Payload, context: Context) -> dict[str, Any]:
    """Add the episode once, or find it in the feed; the link."""
    return publish(Service.PODCAST, payload, context)


PODCAST = TaskType(
    name=Service.PODCAST.type_name,
    pool=POOL,
    queue=Service.PODCAST.value,
    payload=LinkPayload(),
    run=run,
    secrets=SECRETS,
    service=Service.PODCAST.value,
    retry=RETRY,
    time_limit_seconds=TIME_LIMIT_SECONDS,
)
