"""Tenants in turn, within the limits."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.tasks.rules import Rule, RuleKey, Scope
from shared.tasks.turns import Budget, Budgets, Line, Waiting, in_turn

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FREE = Budgets("q")


def line(ids: str, account: str, kind: str = "A", units: int = 1, start: float = 0.0) -> Line:
    """A tenant's tasks of one type, a second apart."""
    return [Waiting(i, account, kind, start + n, units) for n, i in enumerate(ids)]


def tenants(lines: list[str]) -> list[list[Line]]:
    """Tenants with one type each."""
    return [[line(ids, f"tenant{n}")] for n, ids in enumerate(lines)]


def order(lines: list[list[Line]], room: int = 1000, budgets: Budgets = FREE) -> str:
    """The ids in the order in which they go."""
    return "".join(task.id for task in in_turn(lines, room, budgets))


def budget(scope: Scope, name: str, left: float, owner_id: str = "") -> Budget:
    """What is left of a rule."""
    key = RuleKey(scope, name, owner_id)
    return Budget(Rule(key=key, filled_at=NOW, updated_at=NOW), left)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], ""),
        ([""], ""),
        (["abc"], "abc"),
        (["abc", "x"], "axbc"),
        (["abc", "xy", "1"], "ax1byc"),
    ],
)
def test_one_of_each_tenant_and_then_the_next_of_each(lines: list[str], expected: str) -> None:
    assert order(tenants(lines)) == expected


@given(st.lists(st.integers(0, 9), max_size=6))
def test_nobody_is_forgotten_and_each_line_keeps_its_order(lengths: list[int]) -> None:
    lines = [[line("x" * n, f"tenant{place}")] for place, n in enumerate(lengths)]
    served = in_turn(lines, 1000, FREE)
    for place, count in enumerate(lengths):
        turns = [task.turn for task in served if task.account_id == f"tenant{place}"]
        assert turns == [float(n) for n in range(count)]


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 20))
def test_a_long_line_takes_no_more_than_its_share(noisy: int, quiet: int, room: int) -> None:
    served = order(tenants(["n" * noisy, "q" * quiet]), room)
    assert served.count("q") >= min(quiet, room // 2)


def test_what_travels_alone_takes_the_room_of_a_message() -> None:
    lines: list[list[Line]] = [[line("abc", "t", units=10)]]
    assert order(lines, 11) == "ab"
    assert order(lines, 10) == "a"


def test_the_types_of_one_tenant_share_its_turn_in_order_of_arrival() -> None:
    mixed = [line("ac", "t", "A", start=0), line("bd", "t", "B", start=0.5)]
    assert order([mixed, [line("12", "u", "A")]]) == "a1b2cd"


@pytest.mark.parametrize(
    ("budgets", "expected"),
    [
        ([budget(Scope.QUEUE, "q", 3)], "a1b"),
        ([budget(Scope.QUEUE, "other", 0)], "a1b2c3"),
        ([budget(Scope.TYPE, "A", 0)], ""),
        ([budget(Scope.ACCOUNT, "t", 1)], "a123"),
        ([budget(Scope.QUEUE, "q", 1, owner_id="u")], "a1bc"),
        ([budget(Scope.QUEUE, "q", inf), budget(Scope.ACCOUNT, "u", 0)], "abc"),
        ([budget(Scope.TYPE, "A", 4), budget(Scope.ACCOUNT, "t", 1)], "a123"),
        ([budget(Scope.TYPE, "A", 0.9)], ""),
    ],
)
def test_every_rule_about_a_task_must_let_it_go(budgets: list[Budget], expected: str) -> None:
    lines: list[list[Line]] = [[line("abc", "t")], [line("123", "u")]]
    assert order(lines, budgets=Budgets("q", budgets)) == expected


def test_a_type_at_its_limit_does_not_hold_up_the_tenants_others() -> None:
    lines = [line("abc", "t", "A"), line("xyz", "t", "B", start=10)]
    assert order([lines], budgets=Budgets("q", [budget(Scope.TYPE, "A", 1)])) == "axyz"


def test_what_is_spent_is_counted_by_rule() -> None:
    budgets = [budget(Scope.TYPE, "A", 5), budget(Scope.ACCOUNT, "t", 5)]
    in_turn([[line("abc", "t")], [line("1", "u")]], 1000, Budgets("q", budgets))
    assert [b.spent for b in budgets] == [4, 3]


def test_a_turn_belongs_to_the_tenant_not_to_its_types() -> None:
    many = [line("a" * 20, "t", kind) for kind in "ABC"]
    served = in_turn([many, [line("x" * 20, "u", "A")]], 10, FREE)
    assert Counter(task.account_id for task in served) == {"t": 5, "u": 5}
