"""Old rows go, and counters stay small."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, insert, literal, select

from shared.db import Transaction, metadata
from shared.rows import ROWS, encode_rows, row_set
from shared.tasks.mutex import task_mutexes
from shared.tasks.task import task_counts, task_parents, tasks, transitions

PURGE_AT_ONCE = 500
FOLD_AT_ONCE = 20_000
NAMES = ("account_id", "type", "status", "server_id")
KEY = tuple(task_counts.c[name] for name in NAMES)


def purge(tx: Transaction, retention_days: int) -> int:
    """Remove up to `PURGE_AT_ONCE` tasks that ended more than ``retention_days`` ago.

    Ledger entries stay: books are not for deleting. Counters go down with the rows.
    """
    over = tx.now - timedelta(days=retention_days)
    query = select(tasks.c.id, *(tasks.c[name] for name in NAMES))
    query = query.where(tasks.c.completed_at < over).limit(PURGE_AT_ONCE)
    gone = tx.rows(query.with_for_update(skip_locked=True))
    ids = [row.id for row in gone]
    if not ids:
        return 0
    written_with = (transitions, task_parents, task_mutexes)
    for column in (*(table.c.task_id for table in written_with), *_answer_columns(), tasks.c.id):
        tx.execute(delete(column.table).where(column.in_(ids)))
    deltas = [{**{name: getattr(row, name) for name in NAMES}, "delta": -1} for row in gone]
    tx.execute(insert(task_counts), deltas)
    return len(ids)


def _answer_columns() -> list:  # type: ignore[type-arg]
    names = ("answers", "answer_holds")
    return [metadata.tables[name].c.task_id for name in names if name in metadata.tables]


def fold_counts(tx: Transaction) -> int:
    """Replace many deltas by their sums; how many rows less there are."""
    several = select(literal(1)).select_from(task_counts).group_by(*KEY).having(func.count() > 1)
    if tx.first(several.limit(1)) is None:
        return 0
    oldest = select(task_counts.c.number).order_by(task_counts.c.number).limit(FOLD_AT_ONCE)
    if tx.dialect == "postgresql":
        oldest = oldest.with_for_update(skip_locked=True)
    chosen = delete(task_counts).where(task_counts.c.number.in_(oldest.scalar_subquery()))
    sums: dict[tuple[Any, ...], int] = {}
    folded = tx.rows(chosen.returning(*KEY, task_counts.c.delta))
    for row in folded:
        key = tuple(getattr(row, name) for name in NAMES)
        sums[key] = sums.get(key, 0) + row.delta
    kept = [
        {**dict(zip(NAMES, key, strict=True)), "delta": total}
        for key, total in sums.items()
        if total
    ]
    if kept:
        columns = [*KEY, task_counts.c.delta]
        given = row_set(tx.dialect, columns)
        chosen_columns = select(*(given.c[column.name] for column in columns))
        statement = insert(task_counts).from_select([c.name for c in columns], chosen_columns)
        tx.execute(statement, {ROWS: encode_rows(kept)})
    return len(folded) - len(kept)
