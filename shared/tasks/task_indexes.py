"""The indexes of task rows, each for the queries that are asked all the time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, Table, text


def when(condition: str, on_sqlite: str | None = None) -> Any:
    """A partial index; the stores match its condition against a query's as each writes it."""
    return {"postgresql_where": text(condition), "sqlite_where": text(on_sqlite or condition)}


def add_indexes(tasks: Table) -> None:
    """Declare every index of ``tasks``."""
    for add in (_for_lists, _for_hand_outs, _for_holders, _for_servers, _for_dialects):
        add(tasks)


def _for_lists(tasks: Table) -> None:
    """What callers list, and what the purge looks for."""
    Index("ix_tasks_listing", tasks.c.account_id, tasks.c.number)
    Index("ix_tasks_by_type", tasks.c.account_id, tasks.c.type, tasks.c.number)
    Index("ix_tasks_by_status", tasks.c.account_id, tasks.c.status, tasks.c.number)
    Index("ix_tasks_over", tasks.c.completed_at, **when("completed_at IS NOT NULL"))


def _for_hand_outs(tasks: Table) -> None:
    """What waits to be handed out."""
    Index(
        "ix_tasks_ready",
        tasks.c.queue,
        tasks.c.type,
        tasks.c.account_id,
        tasks.c.turn,
        **when("status = 'pending' AND due", "status = 'pending' AND due = 1"),
    )
    Index(
        "ix_tasks_lines",
        tasks.c.type,
        tasks.c.account_id,
        tasks.c.mutexes,
        tasks.c.turn,
        **when(
            "status = 'pending' AND due AND mutexes IS NOT NULL",
            "status = 'pending' AND due = 1 AND mutexes IS NOT NULL",
        ),
    )
    Index(
        "ix_tasks_exclusive",
        tasks.c.mutexes,
        **when("mutexes IS NOT NULL AND status IN ('queued', 'running')"),
    )
    Index(
        "ix_tasks_waiting",
        tasks.c.not_before,
        **when(
            "status = 'pending' AND NOT due AND blocked_by = 0",
            "status = 'pending' AND due = 0 AND blocked_by = 0",
        ),
    )


def _for_holders(tasks: Table) -> None:
    """What is handed out, held, asked of people, or over its time."""
    Index(
        "ix_tasks_queued",
        tasks.c.server_id,
        tasks.c.queue,
        tasks.c.queued_at,
        **when("status = 'queued'"),
    )
    Index(
        "ix_tasks_leased",
        tasks.c.lease_expires_at,
        **when("status = 'running' AND holder <> 'people'"),
    )
    Index("ix_tasks_held", tasks.c.holder, **when("status = 'running'"))
    Index(
        "ix_tasks_asked",
        tasks.c.account_id,
        tasks.c.turn,
        tasks.c.number,
        **when("status = 'running' AND holder = 'people'"),
    )
    Index(
        "ix_tasks_deadline",
        tasks.c.deadline_at,
        **when("deadline_at IS NOT NULL AND completed_at IS NULL"),
    )


def _for_servers(tasks: Table) -> None:
    """What remote servers have and had, and secrets that are left."""
    Index(
        "ix_tasks_of_servers",
        tasks.c.server_id,
        tasks.c.type,
        tasks.c.status,
        tasks.c.created_at,
        tasks.c.id,
        **when("server_id IS NOT NULL"),
    )
    Index(
        "ix_tasks_at_servers",
        tasks.c.server_id,
        tasks.c.status,
        **when("server_id IS NOT NULL AND status IN ('queued', 'running')"),
    )
    Index(
        "ix_tasks_left_secrets",
        tasks.c.completed_at,
        **when("status = 'failed' AND secrets IS NOT NULL"),
    )


def _for_dialects(tasks: Table) -> None:
    """What single dialects look for."""
    Index(
        "ix_tasks_jobs",
        tasks.c.account_id,
        tasks.c.created_at,
        tasks.c.id,
        **when("target_id IS NOT NULL"),
    )
    Index(
        "ix_tasks_targets",
        tasks.c.target_id,
        tasks.c.type,
        tasks.c.number,
        **when("target_id IS NOT NULL"),
    )
    Index(
        "ix_tasks_imports",
        tasks.c.number,
        **when("type = 'IMPORT' AND completed_at IS NULL"),
    )
    Index(
        "ix_tasks_hidden",
        tasks.c.account_id,
        tasks.c.type,
        tasks.c.status,
        **when("hidden", "hidden = 1"),
    )
    Index(
        "ix_tasks_console",
        tasks.c.account_id,
        tasks.c.type,
        tasks.c.number,
        **when("source = 'ui'"),
    )
    Index("ix_tasks_callbacks", tasks.c.number, **when("callback_url IS NOT NULL"))
