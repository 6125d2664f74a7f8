"""Who goes next: tenants in turn, each in its own order, within the limits. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from shared.tasks.rules import Rule


@dataclass(frozen=True, slots=True)
class Waiting:
    """A due task; ``units`` is what it takes of the room."""

    id: str
    account_id: str
    type: str
    turn: float
    units: int = 1


@dataclass(slots=True)
class Budget:
    """What a rule allows now."""

    rule: Rule
    left: float
    spent: int = 0


class Budgets:
    """What all rules together allow for the tasks of one queue."""

    def __init__(self, queue: str, budgets: Iterable[Budget] = ()) -> None:
        self._queue = queue
        self.all = tuple(budgets)
        self._about: dict[tuple[str, str], list[Budget]] = {}

    def may_go(self, account_id: str, type_name: str) -> bool:
        """Whether one task more of that account and type may go."""
        return self.left(account_id, type_name) >= 1

    def left(self, account_id: str, type_name: str) -> float:
        """How many tasks more of that account and type; infinite where no rule says."""
        return min((b.left - b.spent for b in self._of(account_id, type_name)), default=inf)

    def spend(self, account_id: str, type_name: str) -> None:
        """One task of that account and type goes."""
        for budget in self._of(account_id, type_name):
            budget.spent += 1

    def _of(self, account_id: str, type_name: str) -> list[Budget]:
        key = (account_id, type_name)
        if key not in self._about:
            self._about[key] = [
                b for b in self.all if b.rule.concerns(account_id, self._queue, type_name)
            ]
        return self._about[key]


Line = Sequence[Waiting]
"""The due tasks of one tenant and one type, in order of their turn."""


def in_turn(tenants: Sequence[Sequence[Line]], room: int, budgets: Budgets) -> list[Waiting]:
    """One task of each tenant, then one more of each, until ``room`` units are taken.

    A tenant's next task is the one with the lowest turn among its types that may still go.
    """
    served: list[Waiting] = []
    queues = deque([deque(line) for line in lines if line] for lines in tenants)
    while queues and room > 0:
        lines = queues.popleft()
        lines = [
            line for line in lines if line and budgets.may_go(line[0].account_id, line[0].type)
        ]
        if not lines:
            continue
        task = min(lines, key=_next_turn).popleft()
        budgets.spend(task.account_id, task.type)
        room -= task.units
        served.append(task)
        queues.append(lines)
    return served


def _next_turn(line: deque[Waiting]) -> float:
    return line[0].turn
