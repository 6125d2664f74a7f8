"""People answer: the next question for somebody, and what they say to it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, exists, func, insert, literal, select

from shared.answers.answer import Answer
from shared.answers.given import Given, answer_holds, answers, record
from shared.answers.settle import settle
from shared.columns import Moment
from shared.db import Transaction
from shared.errors import Conflict, Refused
from shared.rows import ROWS, encode_rows, row_set
from shared.tasks.cancellation import locked
from shared.tasks.status import Status
from shared.tasks.task import HELD_BY_PEOPLE, PEOPLE, Task, has_status, tasks

HOLD_SECONDS = 120
"""How long a place is kept for somebody who was shown a task."""
SURE = 1.0
"""The confidence of a person who names none."""
TRIES = 5
"""How often a place that somebody else just took is passed by for another task."""


def next_task(tx: Transaction, account_id: str, user: str) -> Task | None:
    """The oldest task that waits for ``user`` of that account, held for them; None where none does.

    The same task is never shown twice to the same person.
    """
    for _ in range(TRIES):
        row = tx.first(_waiting_for(tx, account_id, user))
        if row is None:
            return None
        if _hold(tx, row.id, user):
            return Task.of(row)
    return None


def give_answer(
    tx: Transaction,
    task_id: str,
    account_id: str,
    user: str,
    answer: str,
    confidence: float | None = None,
) -> None:
    """Keep ``user``'s answer, and settle the task where it is the last that was wanted.

    `NotFound` for an unknown or foreign task, `Conflict` for a second answer or a task that does
    not wait for people, `Refused` (INVALID_ANSWER) for what is none of the options.
    """
    task = locked(tx, task_id, account_id)
    if tx.first(select(answers.c.at).where(*_answered_by(task.id, user))):
        raise Conflict("You have answered this task already.")
    if not _waits(task) or (task.deadline_at and task.deadline_at <= tx.now):
        raise Conflict("The task does not wait for answers now.")
    if answer not in task.payload["options"]:
        raise Refused(
            f"The answer must be one of {', '.join(task.payload['options'])}.",
            code="INVALID_ANSWER",
            field="answer",
        )
    said = Answer(user, "human", answer, SURE if confidence is None else confidence)
    record(tx, [Given(task.id, said, tx.now)])
    settle(tx, [task], actor=f"{PEOPLE}/{user}")


def answered_ids(tx: Transaction, task_ids: Collection[str]) -> set[str]:
    """Those of ``task_ids`` that have an answer."""
    if not task_ids:
        return set()
    given = row_set(tx.dialect, [answers.c.task_id])
    query = select(answers.c.task_id).distinct()
    rows = encode_rows({"task_id": task_id} for task_id in task_ids)
    of_these = query.join(given, given.c.task_id == answers.c.task_id)
    return {row.task_id for row in tx.rows(of_these, {ROWS: rows})}


def _waits(task: Task) -> bool:
    return task.status is Status.RUNNING and task.holder == PEOPLE


def _waiting_for(tx: Transaction, account_id: str, user: str) -> Select[tuple[object, ...]]:
    """The first such task that nobody else is taking at this moment, locked."""
    is_shown = (answer_holds.c.task_id == tasks.c.id, answer_holds.c.annotator == user)
    return (
        select(tasks)
        .where(has_status(Status.RUNNING), HELD_BY_PEOPLE)
        .where(tasks.c.account_id == account_id)
        .where((tasks.c.deadline_at > tx.now) | tasks.c.deadline_at.is_(None))
        .where(~exists().where(*is_shown), ~exists().where(*_answered_by(tasks.c.id, user)))
        .where(_kept(tx, tasks.c.id) < tasks.c.answers_wanted)
        .order_by(tasks.c.turn, tasks.c.number)
        .limit(1)
        .with_for_update(of=tasks, skip_locked=True)
    )


def _hold(tx: Transaction, task_id: str, user: str) -> bool:
    """Keep a place for ``user``; False where the last one went while the task was being locked."""
    until = tx.now + timedelta(seconds=HOLD_SECONDS)
    mine = (answer_holds.c.task_id == task_id, answer_holds.c.annotator == user)
    row = select(tasks.c.id, literal(user), literal(until, Moment())).where(
        tasks.c.id == task_id,
        _kept(tx, tasks.c.id) < tasks.c.answers_wanted,
        ~exists().where(*mine),
    )
    statement = insert(answer_holds).from_select(list(answer_holds.c), row)
    return tx.first(statement.returning(answer_holds.c.task_id)) is not None


def _kept(tx: Transaction, task_id: ColumnElement[str]) -> ColumnElement[int]:
    """How many people a place is kept for: shown the task, in time, and silent so far."""
    spoke = exists().where(
        answers.c.task_id == answer_holds.c.task_id,
        answers.c.kind == "human",
        answers.c.annotator == answer_holds.c.annotator,
    )
    count = select(func.count()).select_from(answer_holds)
    live = (answer_holds.c.task_id == task_id, answer_holds.c.held_until > tx.now, ~spoke)
    return count.where(*live).scalar_subquery()


def _answered_by(task_id: object, user: str) -> tuple[ColumnElement[bool], ...]:
    return (
        answers.c.task_id == task_id,
        answers.c.kind == "human",
        answers.c.annotator == user,
    )
