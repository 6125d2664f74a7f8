"""What a task's server is told of its secret fields, and for how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.errors import TaskError
from shared.servers.server import Server
from shared.tasks.secret_fields import with_opened
from shared.tasks.task import Task
from shared.yard import Yard


def secrets_of(yard: Yard, task: Task) -> Mapping[str, Any]:
    """The secret fields of ``task``, opened; none of what was wiped, or cannot be opened."""
    kind = yard.registry.get(task.type)
    if kind is None or not task.secrets:
        return {}
    try:
        payload = with_opened(yard, kind, task)
    except TaskError:
        return {}
    return {name: payload[name] for name in kind.secrets & payload.keys()}


def secrets_for(yard: Yard, server: Server, tasks: Sequence[Task]) -> dict[str, Mapping[str, Any]]:
    """What ``server`` may know of the secrets of ``tasks``, by their ids.

    Only of those that are at it, and only until they are final.
    """
    shown = [task for task in tasks if task.server_id == server.id and not task.status.is_final]
    return {task.id: secrets_of(yard, task) for task in shown}
