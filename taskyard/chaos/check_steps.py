"""Whether a task's steps are a path through the state machine, each attempt fenced. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise, zip_longest

from shared.tasks.status import Status, is_arrow
from taskyard.chaos.history import TaskRow
from taskyard.chaos.timeline import Step, Steps
from taskyard.chaos.violation import Promise, Violation

CLOCKS = timedelta(seconds=0.25)
"""Processes of one machine agree on the store's time at least so well."""
WORDS = frozenset(Status)


def check_steps(
    task: TaskRow, steps: Steps, canceled_at: datetime | None = None
) -> Iterator[Violation]:
    """What is wrong with the path of ``task``; ``canceled_at``: when its cancel was confirmed."""
    if not steps:
        yield Violation(Promise.ARROW, task.id, "it has no transitions")
        return
    yield from _arrows(task, steps)
    yield from _attempts(task, steps)
    yield from _ends(task, steps)
    late = canceled_at and any(s.is_start and s.at > canceled_at + CLOCKS for s in steps)
    if late:
        yield Violation(Promise.CANCEL, task.id, f"started after its cancel at {canceled_at}")


def _arrows(task: TaskRow, steps: Steps) -> Iterator[Violation]:
    if (steps[0].source, steps[0].target) != (None, Status.PENDING):
        yield Violation(Promise.ARROW, task.id, f"it begins with {_arrow(steps[0])}")
    for before, step in pairwise(steps):
        if step.source != before.target:
            sentence = f"{_arrow(step)} follows {_arrow(before)}"
            yield Violation(Promise.ARROW, task.id, sentence)
        elif not _is_arrow(step):
            yield Violation(Promise.ARROW, task.id, f"there is no arrow {_arrow(step)}")
        elif step.source == Status.FAILED and step.at != before.at:
            sentence = "it was failed for a while and then retried"
            yield Violation(Promise.ARROW, task.id, sentence)
    if steps[-1].target != task.status:
        sentence = f"its row says {task.status}, its last transition {steps[-1].target}"
        yield Violation(Promise.ARROW, task.id, sentence)


def _attempts(task: TaskRow, steps: Steps) -> Iterator[Violation]:
    """Each start raises the attempt by one, and every other step carries the valid one."""
    valid = 0
    for step in steps:
        if step.is_start and step.attempt == valid and valid > 0:
            yield Violation(Promise.DUPLICATE, task.id, f"attempt {valid} was started twice")
        elif step.attempt != valid + step.is_start:
            sentence = f"{_arrow(step)} carries attempt {step.attempt} while {valid} is valid"
            yield Violation(Promise.STALE, task.id, sentence)
        valid = step.attempt if step.is_start else valid
    if task.attempt != valid:
        sentence = f"its row has attempt {task.attempt}, its transitions {valid}"
        yield Violation(Promise.STALE, task.id, sentence)


def _ends(task: TaskRow, steps: Steps) -> Iterator[Violation]:
    """At most one end that is not retried."""
    pairs = zip_longest(steps, steps[1:])
    ends = [s for s, then in pairs if s.is_end and not (then and then.is_retry)]
    if len(ends) > 1:
        words = ", ".join(step.target for step in ends)
        yield Violation(Promise.DUPLICATE, task.id, f"it ended {len(ends)} times: {words}")


def _is_arrow(step: Step) -> bool:
    if step.source not in WORDS or step.target not in WORDS:
        return False
    return is_arrow(Status(step.source), Status(step.target))


def _arrow(step: Step) -> str:
    return f"{step.source or '(new)'} → {step.target}"
