"""Which due tasks of a queue go now: what there is and what the rules leave is looked up here.

Who of them goes next is decided in `turns`. Tenants who may not go, being paused or at a limit,
take nobody's place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from sqlalchemy import Integer, bindparam, select

from shared.db import Transaction
from shared.tasks import mutex_line
from shared.tasks.backlog import READY, waiting_tenants
from shared.tasks.mutex_line import Behind, Head
from shared.tasks.room import units_of
from shared.tasks.rules import Flights, allowance, read_flights, rules_about, spend
from shared.tasks.task import tasks
from shared.tasks.task_type import TaskType
from shared.tasks.turns import Budget, Budgets, Line, Waiting, in_turn

MOST_TENANTS = 200
"""So many tenants are served at once; the others begin next time."""
MOST_WINDOWS = 5
"""So many times as many tenants are looked through for some who may go."""


May = Callable[[str, TaskType], bool]
"""Whether tasks of an account and a type may be chosen at all here."""


def anybody(_account_id: str, _kind: TaskType) -> bool:
    """The `May` of those who take everybody's tasks."""
    return True


def choose(
    tx: Transaction,
    kinds: Sequence[TaskType],
    room: int,
    after: str,
    behind: Behind,
    may: May = anybody,
) -> tuple[Sequence[Waiting], str]:
    """The tasks whose turn it is, in order, and the account to begin after next time.

    ``behind`` is what `mutex_line` remembers from one time to the next.
    """
    stopped = _budgets(tx, kinds, ())
    kinds = [kind for kind in kinds if stopped.may_go("", kind.name)]
    seen: set[str] = set()
    for _ in range(MOST_WINDOWS):
        window = _window(tx, kinds, after)
        fresh = {account_id: own for account_id, own in window.items() if account_id not in seen}
        if not fresh:
            break
        budgets = _budgets(tx, kinds, list(fresh))
        chosen = _serve(tx, _able(fresh, budgets, may), room, budgets, behind)
        if chosen:
            return chosen, chosen[-1].account_id
        seen |= set(fresh)
        after = list(window)[-1]
    return (), after


Tenants = Mapping[str, Sequence[TaskType]]
"""Accounts in the order of their turns, and the types of their due tasks."""


def _window(tx: Transaction, kinds: Sequence[TaskType], after: str) -> Tenants:
    """The tenants that come after ``after``, beginning anew behind the last one."""
    found: dict[str, list[TaskType]] = {}
    for kind in kinds:
        for account_id in waiting_tenants(tx, kind.queue, kind.name, after, MOST_TENANTS):
            found.setdefault(account_id, []).append(kind)
    in_order = sorted(found, key=lambda account_id: (account_id <= after, account_id))
    return {account_id: found[account_id] for account_id in in_order[:MOST_TENANTS]}


def _able(tenants: Tenants, budgets: Budgets, may: May) -> Tenants:
    """Those of whom something may go."""
    able = {
        account_id: [
            kind
            for kind in kinds
            if may(account_id, kind) and budgets.may_go(account_id, kind.name)
        ]
        for account_id, kinds in tenants.items()
    }
    return {account_id: kinds for account_id, kinds in able.items() if kinds}


def _budgets(tx: Transaction, kinds: Sequence[TaskType], accounts: Sequence[str]) -> Budgets:
    """What the rules about these types and accounts leave; without accounts, those for all."""
    rules = [
        rule
        for rule in rules_about(tx, accounts)
        if any(rule.concerns(a, k.queue, k.name) for k in kinds for a in accounts or [""])
    ]
    is_counted = any(rule.max_running is not None for rule in rules)
    flights = read_flights(tx) if is_counted else Flights(())
    queue = kinds[0].queue if kinds else ""
    return Budgets(queue, [Budget(rule, allowance(rule, flights, tx.now)) for rule in rules])


def _serve(
    tx: Transaction, tenants: Tenants, room: int, budgets: Budgets, behind: Behind
) -> list[Waiting]:
    """Take turns, and take what goes out of the rates."""
    heads = _heads(tx, tenants, behind)
    free = {
        account_id: kinds
        for account_id, kinds in tenants.items()
        if account_id in heads or any(kind.mutexes is None for kind in kinds)
    }
    free = dict(islice(free.items(), room))
    if not free:
        return []
    most = -(-room // len(free))
    exclusive = _exclusive(tx, free, [h for a in free for h in heads.get(a, ())[:most]])
    lines = [
        [*exclusive.get(account_id, ()), *_lines(tx, kinds, account_id, most, budgets)]
        for account_id, kinds in free.items()
    ]
    chosen = in_turn(lines, room, budgets)
    for budget in budgets.all:
        if budget.spent and budget.rule.per_second is not None:
            spend(tx, budget.rule, budget.spent)
    return chosen


def _heads(tx: Transaction, tenants: Tenants, behind: Behind) -> Mapping[str, Sequence[Head]]:
    """Who may go of those that need mutexes, by account."""
    asked = [(k, a) for a, kinds in tenants.items() for k in kinds if k.mutexes is not None]
    return mutex_line.able(tx, asked[0][0].queue, asked, behind) if asked else {}


def _exclusive(tx: Transaction, tenants: Tenants, heads: Sequence[Head]) -> dict[str, list[Line]]:
    """Each of ``heads`` that nobody changes now, as a line of its own."""
    sizes = {kind.name: kind.batch_size for kinds in tenants.values() for kind in kinds}
    solo = mutex_line.locked(tx, heads)
    lines: dict[str, list[Line]] = {}
    for head in (head for head in heads if head.id in solo):
        units = units_of(solo[head.id], sizes[head.type])
        waiting = Waiting(head.id, head.account_id, head.type, head.turn, units)
        lines.setdefault(head.account_id, []).append([waiting])
    return lines


def _lines(
    tx: Transaction, kinds: Sequence[TaskType], account_id: str, most: int, budgets: Budgets
) -> list[Line]:
    """One tenant's lines of types without mutexes."""
    return [_line(tx, kind, account_id, most, budgets) for kind in kinds if kind.mutexes is None]


def _line(
    tx: Transaction, kind: TaskType, account_id: str, most: int, budgets: Budgets
) -> list[Waiting]:
    """The first of one tenant's line, as many as may go now."""
    count = int(min(budgets.left(account_id, kind.name), most))
    given = {"queue": kind.queue, "type": kind.name, "account_id": account_id, "most": count}
    return [
        Waiting(row.id, account_id, kind.name, row.turn, units_of(row.solo, kind.batch_size))
        for row in tx.rows(LINE, given)
    ]


LINE = (
    select(tasks.c.id, tasks.c.turn, tasks.c.solo)
    .where(
        *READY,
        tasks.c.queue == bindparam("queue"),
        tasks.c.type == bindparam("type"),
        tasks.c.account_id == bindparam("account_id"),
    )
    .order_by(tasks.c.turn)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(skip_locked=True)
)
