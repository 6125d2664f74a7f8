"""``python -m workers POOL``: a worker for every queue of one pool."""

from __future__ import annotations

import os
import socket
import warnings
from argparse import Namespace
from collections.abc import Sequence

from shared import entry
from shared.errors import SettingsError
from shared.settings import read_settings
from shared.tasks.registry import Registry, load_registry
from shared.tasks.task_type import TaskType

POOL_CONCURRENCY = {"sentiment": 1, "scripts": 4}
"""Models are large and use every core by themselves: few processes, big batches. Scripts wait for
devices and platforms most of their time."""
DEFAULT_CONCURRENCY = 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a worker until it is told to stop."""
    options = _parse(arguments)
    registry = load_registry()
    with entry.beginning():
        kinds = _kinds(registry, options.pool)
    os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")
    from workers.app import make_app

    with entry.beginning():
        app = make_app(read_settings(), registry)
    # The warning is about pickle, which our workers refuse; the log says who runs what.
    warnings.filterwarnings("ignore", "You're running the worker with superuser privileges")
    app.worker_main(
        [
            "--quiet",
            "worker",
            "--queues=" + ",".join(sorted({kind.queue for kind in kinds})),
            f"--hostname={options.name}@{socket.gethostname()}",
            f"--concurrency={options.concurrency}",
            "--task-events",
            "--without-gossip",
            "--without-mingle",
        ]
    )


def _kinds(registry: Registry, pool: str) -> list[TaskType]:
    """What the pool does; `SettingsError` where that is nothing."""
    kinds = registry.pool(pool)
    if not kinds:
        known = ", ".join(registry.pools) or "none"
        raise SettingsError(f"There is no pool {pool!r} with task types; there are: {known}.")
    return kinds


def _parse(arguments: Sequence[str] | None) -> Namespace:
    parser = entry.arguments("workers", __doc__)
    parser.add_argument("pool", help="whose task types to do, such as system or sentiment")
    parser.add_argument("--name", help="unique on this host (default: the pool's name)")
    parser.add_argument("--concurrency", type=int, help="child processes")
    options = parser.parse_args(arguments)
    options.name = options.name or options.pool
    options.concurrency = options.concurrency or POOL_CONCURRENCY.get(
        options.pool, DEFAULT_CONCURRENCY
    )
    return options


if __name__ == "__main__":
    main()
