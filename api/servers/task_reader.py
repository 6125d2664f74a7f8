"""Reading a server's tasks for the request at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from api.gateway import gateway
from api.servers.door import server
from api.servers.task_view import claimed_body, task_body
from shared.campaigns.campaign import Campaign, campaigns_of
from shared.db import Transaction
from shared.servers.listing import TaskFilter, list_server_tasks
from shared.servers.secrets import secrets_for
from shared.tasks.status import Status
from shared.tasks.task import Task

View = Callable[[Task, Campaign | None, str], dict[str, Any]]


def read_tasks(query: Mapping[str, Any]) -> dict[str, Any]:
    """A page of the caller's tasks, oldest first, and where the next one begins."""
    page, limit = query["page"], query["limit"]
    statuses = frozenset(Status(word) for word in query["status"])
    wanted = TaskFilter(statuses=statuses, services=query.get("service_type"))
    who = server()
    with gateway().yard.store.read() as tx:
        found = list_server_tasks(tx, who, wanted, limit=limit, page=page, after=query.get("after"))
        bodies = _bodies(tx, found.tasks, task_body)
    return {
        "server_id": who.id,
        "server_name": who.name,
        "data": bodies,
        "total": found.total,
        "page": page,
        "limit": limit,
        "next_cursor": found.tasks[-1].id if found.has_more and found.tasks else None,
    }


def claimed_bodies(tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """Tasks that the caller has just claimed."""
    if not tasks:
        return []
    with gateway().yard.store.read() as tx:
        return _bodies(tx, tasks, claimed_body)


def _bodies(tx: Transaction, tasks: Sequence[Task], view: View) -> list[dict[str, Any]]:
    """Each of ``tasks`` as ``view`` shows it, with its campaign and its password."""
    campaigns = campaigns_of(tx, [task.target_id for task in tasks])
    secrets = secrets_for(gateway().yard, server(), tasks)
    return [
        view(task, campaigns.get(task.target_id or ""), _password(secrets.get(task.id)))
        for task in tasks
    ]


def _password(secrets: Mapping[str, Any] | None) -> str:
    return str((secrets or {}).get("password", ""))
