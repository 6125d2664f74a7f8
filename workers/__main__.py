"""``python -m workers POOL``: a worker for every queue of one pool."""

from __future__ import annotations

import argparse
import os
import socket
import warnings
from collections.abc import Sequence

from shared.errors import SettingsError
from shared.tasks.registry import load_registry

POOL_CONCURRENCY = {"sentiment": 1}
"""Models are large and use every core by themselves: few processes, big batches."""
DEFAULT_CONCURRENCY = 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a worker until it is told to stop."""
    options = _parse(arguments)
    registry = load_registry()
    kinds = registry.pool(options.pool)
    if not kinds:
        known = ", ".join(registry.pools) or "none"
        raise SystemExit(f"There is no pool {options.pool!r} with task types; there are: {known}.")
    os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")
    try:
        from workers.app import app
    except SettingsError as error:
        raise SystemExit(str(error)) from error
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


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m workers", description=__doc__)
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
