"""Answers become transitions: settled tasks end, the others wait for people.

Money and children follow inside `lifecycle`, in the same transaction. All tasks of a batch are
read, judged and written together.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, select, update

from shared.accounts.account import accounts
from shared.accounts.annotators import Annotators
from shared.answers.answer import Answer
from shared.answers.given import Given, answers, given_to, record
from shared.answers.verdict import Completed, Crowd, Failed, Verdict, WaitsForPeople, judge
from shared.db import Transaction
from shared.rows import ROWS, encode_rows, row_set
from shared.tasks import lifecycle
from shared.tasks.status import Status
from shared.tasks.task import PEOPLE, Task, tasks

log = logging.getLogger(__name__)
Said = Sequence[Mapping[str, Any] | Answer]
"""What machines answered to one task: `Answer` objects, or their fields."""

_FENCE = [tasks.c.id, tasks.c.attempt]
_RUNNING = tasks.c.status == Status.RUNNING.value


def machines_answered(
    tx: Transaction, runs: Sequence[tuple[Task, Said]], *, actor: str
) -> set[str]:
    """Keep the machines' answers and settle their tasks; the ids of those that moved.

    Reports on attempts that are over, and second reports, change nothing.
    """
    live = _lock(tx, [task for task, _ in runs])
    current = [(task, said) for task, said in runs if task.id in live]
    _forget_machines(tx, [task for task, _ in current])
    record(tx, [one for task, said in current for one in _read(tx, task, said)])
    stopped = [task for task, _ in current if live[task.id].cancel_requested_at]
    canceled = lifecycle.cancel_running(tx, _fences(stopped), actor=actor)
    rest = [task for task, _ in current if not live[task.id].cancel_requested_at]
    return {row.id for row in canceled} | settle(tx, rest, actor=actor)


def settle(
    tx: Transaction, waiting: Sequence[Task], *, actor: str, overdue: bool = False
) -> set[str]:
    """Judge running tasks, locked by the caller, by the answers they have; the ids that moved."""
    if not waiting:
        return set()
    given = given_to(tx, [task.id for task in waiting])
    crowds = _crowds(tx, waiting)
    verdicts = [
        (task, judge(task.payload, given.get(task.id, ()), crowds[task.id], overdue=overdue))
        for task in waiting
    ]
    return _apply(tx, verdicts, actor)


def _apply(tx: Transaction, verdicts: Iterable[tuple[Task, Verdict]], actor: str) -> set[str]:
    completed: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    asked: list[dict[str, Any]] = []
    for task, verdict in verdicts:
        fence = {"id": task.id, "attempt": task.attempt}
        match verdict:
            case Completed(result):
                completed.append(fence | {"result": result})
            case Failed(error):
                failed.append(fence | {"error": error})
            case WaitsForPeople(count):
                asked.append(fence | {"answers_wanted": count})
    moved = [
        *lifecycle.complete(tx, completed, actor=actor),
        *lifecycle.fail(tx, failed, actor=actor),
        *_ask_people(tx, asked),
    ]
    return {row.id for row in moved}


def _ask_people(tx: Transaction, asked: Sequence[Mapping[str, Any]]) -> Sequence[Row[Any]]:
    """Hand running tasks to people until their deadline; the status stays what it is."""
    if not asked:
        return ()
    given = row_set(tx.dialect, [*_FENCE, tasks.c.answers_wanted])
    here = (tasks.c.id == given.c.id, tasks.c.attempt == given.c.attempt, _RUNNING)
    values = {
        "holder": PEOPLE,
        "lease_expires_at": tasks.c.deadline_at,
        "answers_wanted": given.c.answers_wanted,
        "updated_at": tx.now,
    }
    statement = update(tasks).where(*here).values(values).returning(tasks.c.id)
    return tx.rows(statement, {ROWS: encode_rows(asked)})


def _lock(tx: Transaction, reported: Sequence[Task]) -> dict[str, Row[Any]]:
    """The rows of those tasks that a worker still runs at the attempt it reports on."""
    if not reported:
        return {}
    given = row_set(tx.dialect, _FENCE)
    query = (
        select(tasks.c.id, tasks.c.cancel_requested_at)
        .join(given, (given.c.id == tasks.c.id) & (given.c.attempt == tasks.c.attempt))
        .where(_RUNNING, func.coalesce(tasks.c.holder, "") != PEOPLE)
        .order_by(tasks.c.id)
        .with_for_update(of=tasks)
    )
    return {row.id: row for row in tx.rows(query, {ROWS: encode_rows(_fences(reported))})}


def _forget_machines(tx: Transaction, running: Sequence[Task]) -> None:
    """Drop what machines said in an earlier life of the task: each answers once."""
    if running:
        ids = [task.id for task in running]
        earlier = answers.delete().where(answers.c.task_id.in_(ids), answers.c.kind == "machine")
        tx.execute(earlier)


def _read(tx: Transaction, task: Task, said: Said) -> list[Given]:
    """The answers as rows; what is no answer to the task, or a second one, is left out."""
    found: dict[str, Given] = {}
    for item in said:
        answer = _answer_of(item)
        if answer is None or not _counts(answer, task) or answer.annotator in found:
            log.warning("a machine gave what is no answer to task %s", task.id)
            continue
        found[answer.annotator] = Given(task.id, answer, tx.now)
    return list(found.values())


def _answer_of(item: Mapping[str, Any] | Answer) -> Answer | None:
    if isinstance(item, Answer):
        return item
    try:
        name, option, sure = item["annotator"], item["answer"], float(item["confidence"])
    except (KeyError, TypeError, ValueError):
        return None
    return Answer(name, "machine", option, sure) if isinstance(name, str) else None


def _counts(answer: Answer, task: Task) -> bool:
    is_option = answer.answer in task.payload["options"]
    return is_option and bool(answer.annotator) and 0 <= answer.confidence <= 1


def _crowds(tx: Transaction, waiting: Sequence[Task]) -> dict[str, Crowd]:
    """Whom each task asks: by its own policy, else its account's."""
    ids = {task.account_id for task in waiting}
    columns = (accounts.c.id, accounts.c.annotators, accounts.c.validators_at)
    rows = {row.id: row for row in tx.rows(select(*columns).where(accounts.c.id.in_(ids)))}
    return {
        task.id: Crowd(
            Annotators(task.annotators or rows[task.account_id].annotators),
            rows[task.account_id].validators_at is not None,
        )
        for task in waiting
    }


def _fences(chosen: Iterable[Task]) -> list[dict[str, Any]]:
    return [{"id": task.id, "attempt": task.attempt} for task in chosen]
