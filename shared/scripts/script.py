"""Scripts by name: each is a task type of the pool of scripts."""

from __future__ import annotations

from shared.scripts.payload import POOL, ScriptPayload
from shared.tasks.registry import Registry
from shared.tasks.task_type import TaskType


def script_name(type_name: str) -> str:
    """What the script is called whose task type is ``type_name``."""
    return type_name.lower()


def scripts_of(registry: Registry) -> dict[str, TaskType]:
    """The scripts that there are, by name: what the pool does and runs somewhere."""
    kinds = [kind for kind in registry.types.values() if kind.pool == POOL]
    return {script_name(k.name): k for k in kinds if isinstance(k.payload, ScriptPayload)}
