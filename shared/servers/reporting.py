"""Reports of servers are written: what they say, and the steps that follow, all in one commit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Update, select, update

from shared.db import Transaction
from shared.errors import TaskError
from shared.ids import is_id
from shared.links.outcome import NOTED, REPORT, RESULT
from shared.rows import ROWS, encode_rows, row_set
from shared.secrecy import secret_texts, without_secrets
from shared.servers.report import NOT_BEGUN, Report, Step, decide
from shared.servers.secrets import secrets_of
from shared.servers.server import Server
from shared.servers.word import Word
from shared.tasks import lifecycle, reporting
from shared.tasks.arrow import NOW
from shared.tasks.outcome import Completed, Failed, Outcome, Stopped
from shared.tasks.status import Status
from shared.tasks.task import Task, tasks
from shared.yard import Yard

LARGEST_BULK = 500
"""How many tasks one call may speak of."""
PLAIN_HOURS = 24.0
"""How long a task may run that its server never claimed, however often it calls."""
Work = tuple[Task, Report]


def report(yard: Yard, server: Server, reports: Sequence[Report]) -> list[Word | None]:
    """Write ``reports``; one answer for each, in order: None where it was taken.

    A task's second report in the same call counts for nothing. Saying again what is already so is
    taken, and changes nothing.
    """
    return yard.store.transact(lambda tx: _Reporting(tx, yard, server).write(reports))


class _Reporting:
    """The reports of one call, within its transaction."""

    def __init__(self, tx: Transaction, yard: Yard, server: Server) -> None:
        self._tx, self._yard, self._server = tx, yard, server

    def write(self, reports: Sequence[Report]) -> list[Word | None]:
        """See `report`."""
        found = _locked(self._tx, {one.link_id for one in reports})
        answers: list[Word | None] = []
        steps: dict[Step, list[Work]] = {step: [] for step in Step}
        seen: set[str] = set()
        for one in reports:
            task = found.get(one.link_id)
            step = Word.DUPLICATE if one.link_id in seen else decide(task, self._server, one)
            seen.add(one.link_id)
            answers.append(step if isinstance(step, Word) else None)
            if task is not None and not isinstance(step, Word) and step is not Step.NOTHING:
                steps[step].append((task, self._scrubbed(task, one)))
        self._apply(steps)
        return answers

    def _apply(self, steps: Mapping[Step, Sequence[Work]]) -> None:
        said = {task.id: _detail(task, one) for step in steps for task, one in steps[step]}
        changed = [work for step in steps for work in steps[step]]
        self._keep(changed, said)
        self._cancel([task for task, _ in steps[Step.CANCEL] if task.status in NOT_BEGUN])
        ends = [*steps[Step.BEGIN], *steps[Step.COMPLETE], *steps[Step.FAIL]]
        begun = self._begun([task for task, _ in ends if task.status in NOT_BEGUN])
        outcomes: list[Outcome] = [
            Completed(begun.get(task.id, task), _result(said[task.id]))
            for task, _ in steps[Step.COMPLETE]
        ]
        outcomes += [
            Failed(begun.get(task.id, task), _error(one)) for task, one in steps[Step.FAIL]
        ]
        outcomes += [
            Stopped(task) for task, _ in steps[Step.CANCEL] if task.status is Status.RUNNING
        ]
        reporting.apply(self._tx, self._yard.registry, outcomes, self._server.actor)

    def _scrubbed(self, task: Task, one: Report) -> Report:
        """``one`` without the task's own secrets in what it says."""
        if not task.secrets or not (one.said or one.journal):
            return one
        secrets = secret_texts(list(secrets_of(self._yard, task).values()))
        return replace(
            one,
            said=without_secrets(one.said, secrets),
            journal=without_secrets(one.journal, secrets),
        )

    def _keep(self, changed: Sequence[Work], said: Mapping[str, dict[str, Any]]) -> None:
        """Write what was said; of completed tasks into their results as well."""
        rows = [
            {
                "id": task.id,
                "detail": said[task.id],
                "result": {**(task.result or {}), **_result(said[task.id])}
                if task.status is Status.COMPLETED
                else task.result,
            }
            for task, _ in changed
            if said[task.id] != {REPORT: {}, **(task.detail or {})}
        ]
        if rows:
            values = {ROWS: encode_rows(sorted(rows, key=lambda row: str(row["id"])))}
            self._tx.execute(_writing(self._tx.dialect), {**values, "now": self._tx.now})

    def _begun(self, not_begun: Sequence[Task]) -> dict[str, Task]:
        """Start what the server did without having claimed it; the rows as they are then."""
        pending = [task.id for task in not_begun if task.status is Status.PENDING]
        given = [{"id": task_id, "server_id": self._server.id} for task_id in pending]
        lifecycle.assign(self._tx, given, actor=self._server.actor)
        started = lifecycle.start(
            self._tx,
            [task.id for task in not_begun],
            at_server=self._server.id,
            holder=self._server.plain_holder,
            until=self._tx.now + timedelta(hours=PLAIN_HOURS),
        )
        return {task.id: task for task in started}

    def _cancel(self, not_begun: Sequence[Task]) -> None:
        for status in NOT_BEGUN:
            ids = [task.id for task in not_begun if task.status is status]
            lifecycle.cancel_several(self._tx, ids, status, actor=self._server.actor)


def _detail(task: Task, one: Report) -> dict[str, Any]:
    """The task's ``detail`` with what ``one`` says; a new end wipes the failure before."""
    before = task.detail or {}
    said = {**(before.get(REPORT) or {}), **one.said}
    if one.status in (Status.COMPLETED, Status.RUNNING) and "error_message" not in one.said:
        said.pop("error_message", None)
    detail = {**before, REPORT: said}
    return detail if one.journal is None else {**detail, NOTED: dict(one.journal)}


def _result(detail: Mapping[str, Any]) -> dict[str, Any]:
    said = detail[REPORT]
    texts = {name: said.get(name) or "" for name in RESULT}
    return {**texts, "is_indexed": said.get("is_indexed")}


def _error(one: Report) -> TaskError:
    message = one.said.get("error_message") or one.said.get("note")
    return TaskError(
        str(message or "The server reported a failure and did not say why."),
        retryable=one.retryable,
        code="SERVER_FAILED",
    )


def _locked(tx: Transaction, ids: Collection[str]) -> dict[str, Task]:
    """The tasks with those ids, which nobody else changes before the transaction ends."""
    wanted = lifecycle.by_id(sorted(task_id for task_id in ids if is_id(task_id)))
    if not wanted:
        return {}
    rows = tx.rows(_locking(tx.dialect), {ROWS: encode_rows(wanted)})
    return {task.id: task for task in map(Task.of, rows)}


@lru_cache
def _locking(dialect: str) -> Select[Any]:
    given = row_set(dialect, [tasks.c.id])
    query = select(tasks).join(given, given.c.id == tasks.c.id)
    return query.order_by(tasks.c.id).with_for_update(of=tasks)


@lru_cache
def _writing(dialect: str) -> Update:
    given = row_set(dialect, [tasks.c.id, tasks.c.detail, tasks.c.result])
    values = {"detail": given.c.detail, "result": given.c.result, "updated_at": NOW}
    return update(tasks).where(tasks.c.id == given.c.id).values(values)
