"""SOCIAL: a post with a link."""

from __future__ import annotations

from typing import Any

from shared.links.payload import POOL, SECRETS, LinkPayload
from shared.links.service import Service
from shared.tasks.task_type import Context, Payload, TaskType
from workers.links.publishing import RETRY, TIME_LIMIT_SECONDS, publish


def run(payload: Payload, context: Context) -> dict[str, Any]:
    """Post once, or find the post there; the link."""
    return publish(Service.SOCIAL, payload, context)


SOCIAL = TaskType(
    name=Service.SOCIAL.type_name,
    pool=POOL,
    queue=Service.SOCIAL.value,
    payload=LinkPayload(),
    run=run,
    secrets=SECRETS,
    service=Service.SOCIAL.value,
    retry=RETRY,
    time_limit_seconds=TIME_LIMIT_SECONDS,
)
