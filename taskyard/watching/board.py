"""A look as lines of text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from taskyard import table
from taskyard.client import Task
from taskyard.task_rows import outcome_of, word_of
from taskyard.watching.look import Look, per_second

COLUMNS = ("pending", "queued", "running", "completed", "failed", "canceled")
NOTHING = "There are no tasks."


def board(now: Look, before: Look | None) -> list[str]:
    """A table of the types, and one of the newest tasks."""
    if not now.counts.by_type:
        return [NOTHING]
    rows = [
        _row(name, counts, per_second(name, now, before))
        for name, counts in sorted(now.counts.by_type.items())
    ]
    if len(rows) > 1:
        rates = [per_second(name, now, before) for name in now.counts.by_type]
        known = [rate for rate in rates if rate is not None]
        rows.append(_row("all", now.counts.total, sum(known) if known else None))
    types = table.lines([("type", *COLUMNS, "ended/s"), *rows])
    return [*types, "", *newest(now.newest)] if now.newest else types


def newest(tasks: Sequence[Task]) -> list[str]:
    """The newest tasks, each in a line."""
    rows = [(_time(task), task.id, task.type, word_of(task), outcome_of(task) or "-")
            for task in tasks]  # fmt: skip
    return table.lines([("at", "newest", "type", "status", "outcome"), *rows])


def fitted(lines: Sequence[str], columns: int, rows: int) -> list[str]:
    """``lines`` as a screen of that size has room for them."""
    return [line[: max(columns - 1, 1)] for line in lines[: max(rows - 1, 1)]]


def _row(name: str, counts: Mapping[str, int], rate: float | None) -> tuple[str, ...]:
    numbers = (f"{counts.get(word, 0):,}" for word in COLUMNS)
    return (name, *numbers, "-" if rate is None else f"{rate:,.1f}")


def _time(task: Task) -> str:
    return task.created_at.strftime("%H:%M:%S")
