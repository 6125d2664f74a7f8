"""Judges the history of a run: every promise that was broken, by whom. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from taskyard.chaos.check_books import check_books
from taskyard.chaos.check_end import check_end
from taskyard.chaos.check_notices import check_notices
from taskyard.chaos.check_steps import check_steps
from taskyard.chaos.history import History
from taskyard.chaos.violation import Promise, Violation


def check(history: History) -> list[Violation]:
    """Every violation, those of each kind together."""
    found = [
        *_lost(history),
        *_tasks(history),
        *check_books(history.books, history.tasks),
        *check_notices(history),
        *_broker(history),
    ]
    order = list(Promise)
    return sorted(found, key=lambda violation: order.index(violation.promise))


def _lost(history: History) -> Iterator[Violation]:
    """What was accepted and is not there, and whatever is there and does not end."""
    for task_id in sorted(history.accepted - history.tasks.keys()):
        yield Violation(Promise.LOST, task_id, "it was accepted and is not in the store")
    for task in history.tasks.values():
        if not task.status.is_final:
            yield Violation(Promise.LOST, task.id, f"it is still {task.status} when all is quiet")


def _tasks(history: History) -> Iterator[Violation]:
    for task in history.tasks.values():
        steps = history.steps.get(task.id, ())
        yield from check_steps(task, steps, history.canceled.get(task.id))
        yield from check_end(task, steps)


def _broker(history: History) -> Iterator[Violation]:
    for task_id in sorted(history.waiting):
        task = history.tasks.get(task_id)
        status = task.status if task else "not in the store"
        yield Violation(Promise.BROKER, task_id, f"a message of it waits while it is {status}")
