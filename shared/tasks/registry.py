"""Every task type there is: the pools' own modules, and what other packages add.

A module that fails to import costs its own types only: the rest of the yard starts, says which
module failed and why, and refuses tasks of the missing types.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module, metadata
from pkgutil import iter_modules
from types import ModuleType

from shared.tasks.task_type import TaskType

log = logging.getLogger(__name__)
POOLS_PACKAGE = "workers"
ENTRY_POINT_GROUP = "taskyard.task_types"


@dataclass(frozen=True)
class Registry:
    """Task types by name, and the modules that could not be loaded with the reason."""

    types: dict[str, TaskType]
    failures: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> TaskType | None:
        """The type called ``name``, or None."""
        return self.types.get(name)

    def pool(self, name: str) -> list[TaskType]:
        """The types that the workers of pool ``name`` do."""
        return [t for t in self.types.values() if t.pool == name and not t.is_done_by_people]

    @property
    def pools(self) -> list[str]:
        """The pools that have anything to do, by name."""
        return sorted({t.pool for t in self.types.values() if not t.is_done_by_people})


def load_registry() -> Registry:
    """Import every pool's task modules and every entry point of `ENTRY_POINT_GROUP`."""
    registry = Registry({})
    for name in _pool_modules():
        _load(registry, name, lambda name: _declared(import_module(name)))
    entries = {entry.value: entry for entry in metadata.entry_points(group=ENTRY_POINT_GROUP)}
    for name in entries:
        _load(registry, name, lambda name: [entries[name].load()])
    return registry


def _pool_modules() -> Iterator[str]:
    """The modules that lie directly in a pool's folder: one for each task type."""
    package = import_module(POOLS_PACKAGE)
    for pool in iter_modules(package.__path__, f"{POOLS_PACKAGE}."):
        if pool.ispkg:
            search = [f"{path}/{pool.name.rpartition('.')[2]}" for path in package.__path__]
            yield from (m.name for m in iter_modules(search, f"{pool.name}.") if not m.ispkg)


def _declared(module: ModuleType) -> list[TaskType]:
    return [value for value in vars(module).values() if isinstance(value, TaskType)]


def _load(registry: Registry, origin: str, declared: Callable[[str], Iterable[TaskType]]) -> None:
    try:
        for task_type in declared(origin):
            if registry.types.setdefault(task_type.name, task_type) is not task_type:
                raise ValueError(f"a task type named {task_type.name} exists already")
    except Exception as error:
        registry.failures[origin] = f"{type(error).__name__}: {error}"
        log.exception("task types of %s are not available", origin)
