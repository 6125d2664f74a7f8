"""Reading an operator's tasks for the request at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.gateway import gateway
from api.scripts.dialect import statuses_of
from api.scripts.script_desk import own_scripts
from api.scripts.task_view import task_body
from shared.scripts.script import scripts_of
from shared.tasks.script_queries import (
    ScriptFilter,
    ScriptTasks,
    count_scripts,
    counts_by_status,
    get_script,
    list_scripts,
)
from shared.tasks.task import Task
from shared.tasks.waiting_facts import waiting_for
from shared.tasks.words import SCRIPT_TEXTS

Query = Mapping[str, Any]


def waited_task(number: int, seconds: float) -> dict[str, Any]:
    """The caller's task, as soon as it is over or ``seconds`` (30 at most) have passed."""
    if seconds:
        with gateway().yard.store.read() as tx:
            task = get_script(tx, own_scripts(), number)
        if not task.status.is_final:
            gateway().waiting.wait(task.id, seconds)
    return read_task(number)


def read_task(number: int) -> dict[str, Any]:
    """The caller's task as it is now, with what it waits for; `NotFound`."""
    with gateway().yard.store.read() as tx:
        task = get_script(tx, own_scripts(), number)
        return task_body(task, waiting_for(tx, task, gateway().yard.registry))


def read_page(query: Query) -> dict[str, Any]:
    """A page of the caller's tasks, newest first, and how many there are on all pages."""
    page, size = query["page"], query["page_size"]
    asked = _asked(query)
    total, rows = _page(*asked, size, (page - 1) * size) if asked else (0, [])
    bodies = [task_body(task) for task in rows]
    return {"tasks": bodies, "total": total, "page": page, "page_size": size}


def _page(
    scripts: ScriptTasks, wanted: ScriptFilter, limit: int, offset: int
) -> tuple[int, list[Task]]:
    """How many tasks are wanted, and those of one page."""
    with gateway().yard.store.read() as tx:
        total = count_scripts(tx, scripts, wanted)
        if offset >= total:
            return total, []
        return total, list_scripts(tx, scripts, wanted, limit=limit, offset=offset)


def read_stats() -> dict[str, int]:
    """How many of the caller's tasks there are, in this dialect's words."""
    with gateway().yard.store.read() as tx:
        counts = counts_by_status(tx, own_scripts())
    stats = {
        text: sum(counts.get(status, 0) for status in statuses_of(number))
        for number, text in enumerate(SCRIPT_TEXTS)
    }
    return {"total": sum(stats.values()), **stats}


def _asked(query: Query) -> tuple[ScriptTasks, ScriptFilter] | None:
    """What a list is asked for; None where nothing can match."""
    scripts = own_scripts()
    if "script_name" in query:
        kind = scripts_of(gateway().yard.registry).get(query["script_name"])
        if kind is None:
            return None
        scripts = ScriptTasks(scripts.account_id, frozenset({kind.name}))
    statuses = statuses_of(query["status"]) if "status" in query else None
    serial, source = query.get("serial"), query.get("source")
    return scripts, ScriptFilter(statuses=statuses, serial=serial, source=source)
