"""Reading a buyer's tasks for the request at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.auth import caller
from api.buyers.answered import has_answer
from api.buyers.listing import StatusFilter
from api.buyers.task_view import task_body
from api.gateway import gateway
from api.paging import Page, cut
from shared.answers.people import answered_ids
from shared.db import Transaction
from shared.errors import NotFound
from shared.ids import is_id
from shared.tasks import queries
from shared.tasks.status import Status
from shared.tasks.task import Task
from shared.tasks.waiting_facts import waiting_for


def waited_task(task_id: str, seconds: float) -> dict[str, Any]:
    """The caller's task, as soon as it is final or ``seconds`` (30 at most) are over."""
    if seconds and not _find(task_id).status.is_final:
        gateway().waiting.wait(task_id, seconds)
    return read_task(task_id)


def read_task(task_id: str) -> dict[str, Any]:
    """The caller's task as it is now; `NotFound` where the account has none such."""
    registry = gateway().yard.registry
    with gateway().yard.store.read() as tx:
        task = queries.get_task(tx, task_id, caller().account_id)
        if task is None:
            raise NotFound("There is no such task.")
        waiting = waiting_for(tx, task, registry)
        is_answered = task.id in answered_ids(tx, _running([task]))
    return task_body(task, registry, is_answered=is_answered, waiting=waiting)


def read_page(query: Mapping[str, Any], page: Page, wanted: StatusFilter | None) -> dict[str, Any]:
    """A page of the caller's tasks, newest first; of a project that cannot be, an empty one."""
    if not is_id(query.get("projectId", caller().account_id)):
        return {"tasks": [], "nextCursor": None}
    with gateway().yard.store.read() as tx:
        rows = queries.list_tasks(
            tx,
            caller().account_id,
            condition=wanted.condition(has_answer()) if wanted else None,
            type=query.get("type"),
            project_id=query.get("projectId"),
            before=page.before,
            limit=page.limit + 1,
        )
        tasks, cursor = cut(rows, page.limit, lambda task: task.number)
        return {"tasks": bodies(tx, tasks), "nextCursor": cursor}


def bodies(tx: Transaction, tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """``tasks`` in the buyers' words, as listed: without what each of them waits for."""
    registry = gateway().yard.registry
    answered = answered_ids(tx, _running(tasks))
    return [task_body(task, registry, is_answered=task.id in answered) for task in tasks]


def _running(tasks: Sequence[Task]) -> list[str]:
    return [task.id for task in tasks if task.status is Status.RUNNING]


def _find(task_id: str) -> Task:
    with gateway().yard.store.read() as tx:
        task = queries.get_task(tx, task_id, caller().account_id)
    if task is None:
        raise NotFound("There is no such task.")
    return task
