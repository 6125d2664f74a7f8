"""post: publishes a video or pictures in an account, or on a device."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from shared.scripts.payload import POOL, ScriptPayload, admit, mutexes
from shared.tasks.retry import RetryPolicy
from shared.tasks.task_type import Context, Payload, TaskType
from workers.scripts.posting.config import PostConfig
from workers.scripts.posting.settle import settle_posts

MINUTES = 60.0


class PostPayload(ScriptPayload):
    """Where to publish, and what."""

    config = fields.Nested(PostConfig, required=True)


def run(payload: Payload, context: Context) -> dict[str, Any]:
    """Choose the material, write the caption, publish once."""
    from workers.scripts.posting.publish import publish

    return publish(payload, context)


POST = TaskType(
    name="POST",
    pool=POOL,
    queue="post",
    payload=PostPayload(),
    run=run,
    settle=settle_posts,
    mutexes=mutexes,
    admit=admit,
    # 5 to 60 s, at random
    retry=RetryPolicy(max_retries=3, first_seconds=32.5, factor=1.0, jitter=27.5 / 32.5),
    time_limit_seconds=60 * MINUTES,
)
