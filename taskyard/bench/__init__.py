"""Measures this machine: the yard beside bare Celery, on each kind of store, in one run."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``taskyard bench`` with ``arguments``; ends the process."""
    from taskyard.bench.command import command

    command.main(args=None if arguments is None else list(arguments), prog_name="taskyard bench")
