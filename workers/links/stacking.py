"""STACKING: a set of pages that link to each other and to the website."""

from __future__ import annotations

from typing import Any

from shared.links.payload import POOL, SECRETS, LinkPayload
from shared.links.service import Service
from shared.tasks.task_type import Context, Payload, TaskType
from workers.links.publishing import RETRY, TIME_LIMIT_SECONDS, publish


def run(payload: Payload, context: Context) -> dict[str, Any]:
    """Write the pages, or find them written; the link."""
    return publish(Service.STACKING, payload, context)


STACKING = TaskType(
    name=Service.STACKING.type_name,
    pool=POOL,
    queue=Service.STACKING.value,
    payload=LinkPayload(),
    run=run,
    secrets=SECRETS,
    service=Service.STACKING.value,
    retry=RETRY,
    time_limit_seconds=TIME_LIMIT_SECONDS,
)
