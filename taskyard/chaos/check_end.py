"""Whether a task's end and its result are its own. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from shared.tasks.plane import validations_needed
from shared.tasks.status import Status
from taskyard.chaos.history import TaskRow
from taskyard.chaos.timeline import Steps
from taskyard.chaos.violation import Promise, Violation

ECHO = "ECHO"
LOSSES = frozenset({"POISON", "LEASE_LOST"})
"""How a task may end whose holders vanish too often: faults that hit it again and again."""
NO_VERDICT = frozenset({"NO_CONSENSUS", "NOT_ENOUGH_ANSWERS"})
PEOPLES_ANSWER = "positive"


def check_end(task: TaskRow, steps: Steps) -> Iterator[Violation]:
    """What is wrong with how ``task`` ended."""
    for sentence in _wrongs(task, steps):
        yield Violation(Promise.END, task.id, sentence)
    is_completed = task.status is Status.COMPLETED
    if is_completed and task.type == ECHO and task.result:
        told = task.result.get("attempt")
        if told != task.attempt:
            sentence = f"its result is of attempt {told}, its row of {task.attempt}"
            yield Violation(Promise.STALE, task.id, sentence)


def _wrongs(task: TaskRow, steps: Steps) -> Iterator[str]:
    if task.status.is_final and task.holder is not None:
        yield f"{task.holder} holds it although it is {task.status}"
    match task.status:
        case Status.COMPLETED:
            yield from _completed(task)
        case Status.FAILED:
            code = (task.error or {}).get("code")
            if code not in (LOSSES if task.type == ECHO else LOSSES | NO_VERDICT):
                yield f"it failed with {code}"
    if task.type == ECHO:
        yield from _retries(task, steps)


def _completed(task: TaskRow) -> Iterator[str]:
    if task.result is None:
        yield "it is completed without a result"
    elif task.type == ECHO:
        yield from _echo(task, task.result)
    else:
        yield from _answered(task, task.result)


def _echo(task: TaskRow, result: Any) -> Iterator[str]:
    if result.get("content") != task.payload.get("content"):
        yield f"its result is of another task: {result.get('content')}"
    if task.attempt <= task.payload.get("fail_times", 0):
        yield f"attempt {task.attempt} completed although it was to fail"


def _answered(task: TaskRow, result: Any) -> Iterator[str]:
    said = [answer["annotator"] for answer in result.get("answers", ())]
    if len(said) != len(set(said)):
        yield f"somebody answered twice: {', '.join(said)}"
    if len(said) < validations_needed(task.payload):
        yield f"{len(said)} answers are fewer than it needs"
    if task.annotators == "human" and result.get("answer") != PEOPLES_ANSWER:
        yield f"people never answered {result.get('answer')}"
    if result.get("answer") not in task.payload["options"]:
        yield f"{result.get('answer')} is none of its options"


def _retries(task: TaskRow, steps: Steps) -> Iterator[str]:
    """As many retries as failures, and no attempt failed that was not asked to."""
    retried = [a for a, b in pairwise(steps) if (a.target, b.source) == ("failed", "failed")]
    if len(retried) != task.retry_count:
        yield f"it was retried {len(retried)} times, its row says {task.retry_count}"
    asked = task.payload.get("fail_times", 0)
    for step in retried:
        if step.attempt > asked:
            yield f"attempt {step.attempt} failed, which it was not asked to"
