"""What workers do to tasks, done by hand, so that tests of the gateway need no worker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.answers.answer import Answer
from shared.answers.given import Given, record
from shared.errors import TaskError
from shared.tasks import dispatch
from shared.tasks.outcome import Completed, Failed
from shared.tasks.task import Task
from shared.yard import Yard

HOLDER = "worker/test"


def run_now(yard: Yard, ids: Sequence[str]) -> list[Task]:
    """Claim queued tasks as a worker does."""
    tasks = dispatch.claim(yard, ids, HOLDER)
    assert {task.id for task in tasks} == set(ids)
    return tasks


def give_machine_answers(yard: Yard, task_id: str, answers: Sequence[str]) -> None:
    """Write answers of machines, without settling the task."""
    with yard.store.begin() as tx:
        record(
            tx,
            [
                Given(task_id, Answer(f"machine {n}", "machine", answer, 0.8), tx.now)
                for n, answer in enumerate(answers)
            ],
        )


def complete(yard: Yard, task_id: str, result: dict[str, Any]) -> None:
    """Claim a queued task and report its result."""
    (task,) = run_now(yard, [task_id])
    assert dispatch.report(yard, [Completed(task, result)], HOLDER) == {task_id}


def fail(yard: Yard, task_id: str, message: str) -> None:
    """Claim a queued task and report that it failed for good."""
    (task,) = run_now(yard, [task_id])
    failed = Failed(task, TaskError(message, retryable=False, code="BROKEN"))
    assert dispatch.report(yard, [failed], HOLDER) == {task_id}


def machines_say(yard: Yard, task_id: str, answers: Sequence[str], confidence: float = 0.8) -> None:
    """Claim a queued question and report what its machines say."""
    said = [
        {"annotator": f"machine {n}", "answer": answer, "confidence": confidence}
        for n, answer in enumerate(answers)
    ]
    complete(yard, task_id, {"answers": said})
