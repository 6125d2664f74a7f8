"""Very many tasks of a server that ended long ago, made by the store itself."""

from __future__ import annotations

from sqlalchemy import text

from shared.columns import moment_text
from shared.db import Store

TYPE = "SOCIAL"
NUMBERS = {
    "postgresql": "SELECT n FROM generate_series(1, :rows) AS numbers(n)",
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers "
    "WHERE n < :rows) SELECT n FROM numbers",
}
IDS = {
    "postgresql": "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid",
    "sqlite": "printf('01900000-0000-7000-8000-%012x', n)",
}
"""Ids in the order of their numbers, of the version that all ids have."""
LITERALS = {
    "postgresql": ("false", "'{}'::json", ":at ::timestamptz", ":account ::uuid", ":server ::uuid"),
    "sqlite": ("0", "'{}'", ":at", ":account", ":server"),
}
COLUMNS = (
    "id, account_id, server_id, created_at, updated_at, completed_at, payload, hidden, solo, "
    "express, due, type, queue, dialect, source, status, priority, turn, cost_cents, attempt, "
    "retry_count, max_retries, lost_leases, deaths, blocked_by, answers_wanted"
)


def add_ended(store: Store, account_id: str, server_id: str, rows: int) -> None:
    """``rows`` completed tasks of the account, which the server did."""
    no, empty, at, account, server = LITERALS[store.dialect]
    values = (
        f"{IDS[store.dialect]}, {account}, {server}, {at}, {at}, {at}, {empty}, {no}, {no}, {no}, "
        f"{no}, '{TYPE}', 'social', 'servers', 'api', 'completed', 5, n, 0, 1, 0, 3, 0, 0, 0, 0"
    )
    numbers = f"({NUMBERS[store.dialect]}) AS numbers"
    added = f"INSERT INTO tasks ({COLUMNS}) SELECT {values} FROM {numbers}"  # noqa: S608 - ours
    counted = (
        "INSERT INTO task_counts (account_id, type, status, server_id, delta) "
        f"SELECT {account}, '{TYPE}', 'completed', {server}, :rows"
    )
    with store.begin() as tx:
        given = {"account": account_id, "server": server_id, "rows": rows}
        tx.execute(text(added), {**given, "at": moment_text(tx.now)})
        tx.execute(text(counted), given)
    if store.dialect == "postgresql":
        with store.read() as tx:
            tx.execute(text("ANALYZE tasks"))
