"""Who may go next of those that need mutexes.

Due tasks of one account and type that need the same mutexes stand in one line, and only its head
can go. So lines are looked at, one probe of the index for each, and not tasks: ten thousand that
wait for one device cost what one of them costs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, ScalarSelect, Select, bindparam, func, literal, select

from shared.db import Transaction
from shared.rows import ROWS, encode_rows, row_set
from shared.tasks import mutex
from shared.tasks.backlog import READY
from shared.tasks.line import FARTHEST, Place
from shared.tasks.task import Task, tasks
from shared.tasks.task_type import TaskType

MOST_LINES = 1000
"""So many lines are looked at at once; the others come next time."""
IN_LINE = (
    *READY,
    tasks.c.mutexes.is_not(None),
    tasks.c.queue.concat("") == bindparam("queue"),
)
"""The queue is in a form that no index serves: the one that begins with it sorts all lines of an
account into one, and a planner that takes it reads its way through the longest to find another."""
Behind = dict[tuple[str, str, str], str]
"""By queue, type and account: the line behind which to go on, where there were too many."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first task of a line, whose ``mutexes`` are as the row has them."""

    id: str
    account_id: str
    type: str
    mutexes: str
    turn: float

    @property
    def names(self) -> frozenset[str]:
        """What it needs."""
        return mutex.names(self.mutexes)


def able(
    tx: Transaction, queue: str, asked: Sequence[tuple[TaskType, str]], behind: Behind
) -> dict[str, list[Head]]:
    """The heads of these types and accounts that may go, by account, in order of their turn.

    ``asked`` holds one at least.
    """
    found = _look(tx, queue, asked, behind)
    going: dict[str, list[Head]] = {}
    busy = {one.mutex for one in mutex.busy(tx)}
    for head in may_go(found, _closed(tx, found), busy):
        going.setdefault(head.account_id, []).append(head)
    return going


def may_go(heads: Iterable[Head], closed: Collection[str], busy: Collection[str]) -> list[Head]:
    """Those whose mutexes are open and free, in order of their turn, no two with the same. Pure.

    Who waits for a busy mutex keeps the others it needs from those behind, lest they take turns
    with them for ever.
    """
    kept = set(busy)
    going = []
    for head in sorted(heads, key=lambda head: head.turn):
        if head.names.isdisjoint(closed):
            if head.names.isdisjoint(kept):
                going.append(head)
            kept |= head.names
    return going


def locked(tx: Transaction, heads: Sequence[Head]) -> dict[str, bool]:
    """Those of ``heads`` that still wait and that nobody changes now: whether each is solo."""
    if not heads:
        return {}
    ids = [head.id for head in heads]
    query = select(tasks.c.id, tasks.c.solo).where(tasks.c.id.in_(ids), *READY)
    rows = tx.rows(query.order_by(tasks.c.id).with_for_update(skip_locked=True))
    return {row.id: row.solo for row in rows}


def place_in_lines(tx: Transaction, task: Task, types: Collection[str]) -> Place:
    """How many due tasks of its account (of ``types``) that need a mutex of ``task`` go first.

    What needs one that is closed goes nowhere, and does not count.
    """
    asked = [(name, task.account_id, "") for name in sorted(types)]
    mine = mutex.names(task.mutexes)
    found = [h for h in _heads(tx, task.queue, asked, MOST_LINES) if h.names & mine]
    closed = _closed(tx, found)
    lines = {head.mutexes for head in found if head.names.isdisjoint(closed)}
    before = select(literal(1)).where(
        *IN_LINE,
        tasks.c.type.in_(sorted(types)),
        tasks.c.account_id == task.account_id,
        tasks.c.mutexes.in_(sorted(lines)),
        tasks.c.turn < task.turn,
    )
    count = select(func.count()).select_from(before.limit(FARTHEST + 1).subquery())
    return Place.of(int(tx.execute(count, {"queue": task.queue}).scalar_one()))


def _closed(tx: Transaction, heads: Iterable[Head]) -> set[str]:
    """What of what they need is closed."""
    needed = frozenset[str]().union(*(head.names for head in heads))
    return {one.mutex for one in mutex.closures(tx, needed)}


def _look(
    tx: Transaction, queue: str, asked: Sequence[tuple[TaskType, str]], behind: Behind
) -> list[Head]:
    """A head of each line, as many as are looked at at once, and remember where to go on."""
    most = -(-MOST_LINES // len(asked))
    keys = [(kind.name, account_id) for kind, account_id in asked]
    begin = [(*key, behind.pop((queue, *key), "")) for key in keys]
    found = _heads(tx, queue, begin, most)
    counts: dict[tuple[str, str], int] = {}
    for head in found:
        key = (head.type, head.account_id)
        counts[key] = counts.get(key, 0) + 1
        if counts[key] == most:
            behind[queue, *key] = head.mutexes
    return found


def _heads(
    tx: Transaction, queue: str, asked: Iterable[tuple[str, str, str]], most: int
) -> list[Head]:
    """The heads of up to ``most`` lines of each type and account, those behind a line."""
    rows = [{"type": t, "account_id": a, "mutexes": behind} for t, a, behind in asked]
    given = {ROWS: encode_rows(rows), "queue": queue, "most": most}
    found = tx.rows(_walk(tx.dialect), given)
    return [Head(r.id, str(r.account_id), r.type, r.mutexes, r.turn) for r in found]


@lru_cache
def _walk(dialect: str) -> Select[Any]:
    """Hop from line to line of each type and account, and find each one's head."""
    given = row_set(dialect, [tasks.c.type, tasks.c.account_id, tasks.c.mutexes])
    start = select(
        given.c.type, given.c.account_id, _next_line(given).label("mutexes"), literal(1).label("n")
    )
    walk = start.cte("walk", recursive=True)
    step = select(walk.c.type, walk.c.account_id, _next_line(walk), walk.c.n + 1).where(
        walk.c.mutexes.is_not(None), walk.c.n < bindparam("most", type_=Integer())
    )
    walk = walk.union_all(step)
    head = _of(walk).where(tasks.c.mutexes == walk.c.mutexes).order_by(tasks.c.turn).limit(1)
    columns = (walk.c.type, walk.c.account_id, walk.c.mutexes)
    first = (head.with_only_columns(c).label(c.name) for c in (tasks.c.id, tasks.c.turn))
    return select(*columns, *first).where(walk.c.mutexes.is_not(None)).order_by(walk.c.n)


def _next_line(at: Any) -> ScalarSelect[str]:
    behind = _of(at).where(tasks.c.mutexes > at.c.mutexes).order_by(tasks.c.mutexes)
    return behind.limit(1).scalar_subquery()


def _of(at: Any) -> Select[Any]:
    """The lines of the type and account at hand."""
    here = (tasks.c.type == at.c.type, tasks.c.account_id == at.c.account_id)
    return select(tasks.c.mutexes).where(*IN_LINE, *here).correlate(at)
