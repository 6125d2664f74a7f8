"""How one arrow is walked by many rows at once: one guarded UPDATE, with its trace.

`walk` moves the rows whose status (and attempt, where the arrow asks for it) is still the
expected one, leaves a transition for every step, and keeps the counters, in one statement on
PostgreSQL and in three on SQLite. Only `lifecycle` calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    FromClause,
    Insert,
    Row,
    Select,
    String,
    Text,
    Update,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from shared.columns import Moment, moment_text
from shared.db import Transaction
from shared.rows import ROWS, encode_rows, row_set
from shared.tasks.status import Status, is_arrow
from shared.tasks.task import is_now, task_counts, tasks, transitions

Values = Callable[[FromClause], dict[str, Any]]
NOW = bindparam("now", type_=Moment())
LEAN = (
    tasks.c.id,
    tasks.c.account_id,
    tasks.c.type,
    tasks.c.queue,
    tasks.c.attempt,
    tasks.c.cost_cents,
    tasks.c.solo,
    tasks.c.express,
    tasks.c.server_id,
)
"""What callers need to know of a task that moved, where the whole row would be a waste."""
TRACE = ("task_id", "from_status", "to_status", "attempt", "actor", "reason", "at")
COUNT = ("account_id", "type", "status", "server_id", "delta")


@dataclass(frozen=True)
class Arrow:
    """One way through the state machine.

    ``path``: the statuses passed, first and last included. ``given``: columns that the caller
    brings for each row, besides the id. ``values``: what the UPDATE sets, besides the status.
    ``fenced``: the caller also brings the attempt it knows, and an older one moves nothing.
    ``where``: what else holds for rows that may go this way.
    """

    path: tuple[Status, ...]
    given: tuple[Column[Any], ...]
    values: Values
    fenced: bool
    returns: tuple[Column[Any], ...] = LEAN
    where: tuple[ColumnElement[bool], ...] = ()

    def __post_init__(self) -> None:
        """Refuse a path that the state machine does not have."""
        for source, target in zip(self.path, self.path[1:], strict=False):
            if not is_arrow(source, target):
                raise ValueError(f"no arrow leads from {source} to {target}")

    @property
    def columns(self) -> tuple[Column[Any], ...]:
        """The columns of the rows that the caller brings."""
        fence = (tasks.c.attempt,) if self.fenced else ()
        return (tasks.c.id, *fence, *self.given)

    @property
    def steps(self) -> tuple[tuple[str | None, str], ...]:
        """Each (from, to) of the path."""
        return tuple(zip(self.path, self.path[1:], strict=False))

    @property
    def deltas(self) -> tuple[tuple[Status, int], ...]:
        """What the walk does to the counters of one task."""
        return ((self.path[0], -1), (self.path[-1], +1))


def walk(
    tx: Transaction,
    arrow: Arrow,
    rows: Sequence[Mapping[str, Any]],
    *,
    actor: str,
    reason: str | None = None,
    **values: Any,
) -> Sequence[Row[Any]]:
    """Move ``rows`` along ``arrow``; the rows that moved come back, the others were elsewhere.

    Rows are given in order of id, so that two movers of the same rows do not wait crosswise.
    """
    if not rows:
        return ()
    in_order = encode_rows(sorted(rows, key=itemgetter("id")))
    given = {ROWS: in_order, "now": tx.now, "actor": actor, "reason": reason, **values}
    if tx.dialect == "postgresql":
        return tx.rows(_one_statement(arrow), given)
    moved = tx.rows(_update(arrow, tx.dialect), given)
    trace(tx, moved, arrow.steps, arrow.deltas, actor=actor, reason=reason)
    return moved


def trace(
    tx: Transaction,
    moved: Iterable[Any],
    steps: Sequence[tuple[str | None, str]],
    deltas: Sequence[tuple[Status, int]],
    *,
    actor: str,
    reason: str | None = None,
) -> None:
    """Write the transitions and counters of rows that moved, by plain inserts."""
    stepped: list[dict[str, Any]] = []
    counted: dict[tuple[str, str, str, str | None], int] = {}
    at = moment_text(tx.now)
    for row in moved:
        for source, target in steps:
            values = (row.id, source, target, row.attempt, actor, reason, at)
            stepped.append(dict(zip(TRACE, values, strict=True)))
        for status, delta in deltas:
            server = row.server_id if status.is_final else None
            key = (row.account_id, row.type, status, server)
            counted[key] = counted.get(key, 0) + delta
    if stepped:
        tx.execute(_plain_insert(tx.dialect, "transitions"), {ROWS: encode_rows(stepped)})
        counts = [dict(zip(COUNT, (*key, n), strict=True)) for key, n in counted.items()]
        tx.execute(_plain_insert(tx.dialect, "task_counts"), {ROWS: encode_rows(counts)})


@lru_cache
def _plain_insert(dialect: str, table: str) -> Insert:
    target, names = {"transitions": (transitions, TRACE), "task_counts": (task_counts, COUNT)}[
        table
    ]
    given = row_set(dialect, [target.c[name] for name in names])
    return insert(target).from_select(names, select(*(given.c[name] for name in names)))


@lru_cache
def _update(arrow: Arrow, dialect: str) -> Update:
    given = row_set(dialect, arrow.columns)
    guards = [tasks.c.id == given.c.id, is_now(arrow.path[0]), *arrow.where]
    if arrow.fenced:
        guards.append(tasks.c.attempt == given.c.attempt)
    values = {"status": arrow.path[-1].value, "updated_at": NOW, **arrow.values(given)}
    return update(tasks).where(*guards).values(values).returning(*arrow.returns)


@lru_cache
def _one_statement(arrow: Arrow) -> Select[Any]:
    """The UPDATE and its trace as one PostgreSQL statement: one round trip."""
    moved = _update(arrow, "postgresql").cte("moved")
    return select(moved).add_cte(
        insert(transitions).from_select(TRACE, _stepped(moved, arrow)).cte("stepped"),
        insert(task_counts).from_select(COUNT, _counted(moved, arrow)).cte("counted"),
    )


def _stepped(moved: CTE, arrow: Arrow) -> Select[Any]:
    step = union_all(
        *(
            select(literal(n).label("n"), _word(source, "source"), _word(target, "target"))
            for n, (source, target) in enumerate(arrow.steps)
        )
    ).subquery("step")
    columns = (moved.c.id, step.c.source, step.c.target, moved.c.attempt, *_who_why_when())
    return select(*columns).select_from(moved.join(step, literal(True))).order_by(step.c.n)


def _who_why_when() -> tuple[ColumnElement[Any], ...]:
    return (
        cast(bindparam("actor", type_=Text()), Text),
        cast(bindparam("reason", type_=Text()), Text),
        cast(NOW, Moment()),
    )


def _counted(moved: CTE, arrow: Arrow) -> Select[Any]:
    status = union_all(
        *(
            select(
                _word(word, "word"),
                literal(delta).label("delta"),
                literal(word.is_final).label("is_final"),
            )
            for word, delta in arrow.deltas
        )
    ).subquery("status")
    server = case((status.c.is_final, moved.c.server_id)).label("server_id")
    total = (func.count() * status.c.delta).label("total")
    return (
        select(moved.c.account_id, moved.c.type, status.c.word, server, total)
        .select_from(moved.join(status, literal(True)))
        .group_by(moved.c.account_id, moved.c.type, status.c.word, server, status.c.delta)
    )


def _word(value: str | None, name: str) -> ColumnElement[Any]:
    return cast(literal(None if value is None else str(value)), String(10)).label(name)
