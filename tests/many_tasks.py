"""A table of tasks that is large, as the planner of PostgreSQL sees it.

On a table of a few rows every index costs the same, and which of them is taken is chance.
"""

from __future__ import annotations

from sqlalchemy import text

from shared.db import Transaction
from shared.tasks.task import tasks


def copy_tasks(tx: Transaction, times: int, **others: str) -> None:
    """Put ``times`` copies of every task there is beside it, and tell the planner.

    ``others`` are expressions of SQL for the columns that are not copied; they may use ``n``, the
    number of the copy from 1 on. PostgreSQL only.
    """
    new = {"id": "gen_random_uuid()", **others}
    same = [column.name for column in tasks.c if column.name not in {"number", *new}]
    names, values = ", ".join([*same, *new]), ", ".join([*same, *new.values()])
    copies = f"SELECT {values} FROM tasks, generate_series(1, {times}) AS n"
    tx.execute(text(f"INSERT INTO tasks ({names}) {copies}"))
    tx.execute(text("ANALYZE tasks"))
