"""BLOG20: an article with links, on a blog."""

from __future__ import annotations

from typing import Any

from shared.links.payload import POOL, SECRETS, LinkPayload
from shared.links.service import Service
from shared.tasks.task_type import Context, Payload, TaskType
from workers.links.publishing import RETRY, TIME_LIMIT_SECONDS, publish


def run(payload: Payload, context: Context) -> dict[str, Any]:
    """Publish the article once, or find it there; the link."""
    return publish(Service.BLOG20, payload, context)


BLOG20 = TaskType(
    name=Service.BLOG20.type_name,
    pool=POOL,
    queue=Service.BLOG20.value,
    payload=LinkPayload(),
    run=run,
    secrets=SECRETS,
    service=Service.BLOG20.value,
    retry=RETRY,
    time_limit_seconds=TIME_LIMIT_SECONDS,
)
