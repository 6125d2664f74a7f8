"""ENTITY: a profile with a text and a link to the website."""

from __future__ import annotations

from typing import Any

from shared.links.payload import POOL, SECRETS, LinkPayload
from shared.links.service import Service
from shared.tasks.task_type import Context, Payload, TaskType
from workers.links.publishing import RETRY, TIME_LIMIT_SECONDS, publish


def run(payload: Payload, context: Context) -> dict[str, Any]:
    """Write the profile, or find it written; the link."""
    return publish(Service.ENTITY, payload, context)


ENTITY = TaskType(
    name=Service.ENTITY.type_name,
    pool=POOL,
    queue=Service.ENTITY.value,
    payload=LinkPayload(),
    run=run,
    secrets=SECRETS,
    service=Service.ENTITY.value,
    retry=RETRY,
    time_limit_seconds=TIME_LIMIT_SECONDS,
)
