"""Operators who do several things at once, on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shared.accounts.account import Account
from shared.accounts.audit import audit
from shared.db import Store
from shared.devices.device import list_devices
from shared.errors import Unavailable
from shared.settings import Settings
from shared.social.listing import list_accounts
from shared.tasks.status import Status
from tests.memory_yard import in_threads
from tests.operators import (
    PRICE,
    TASK,
    Operator,
    OperatorsBench,
    open_bench,
    operators_yard,
    subscriber,
)

BATCH = f"{TASK}/batch"


@pytest.fixture
def bench(settings: Settings, store: Store) -> Iterator[OperatorsBench]:
    """A gateway to a yard whose scripts are run by the tests."""
    with open_bench(operators_yard(settings, store)) as opened:
        yield opened


@pytest.fixture
def account(bench: OperatorsBench) -> Account:
    """An account on the plan pro that can pay for five tasks."""
    return subscriber(bench.yard.store, "acme", cents=5 * PRICE)


@pytest.fixture
def operators(bench: OperatorsBench, account: Account) -> list[Operator]:
    """Four keys of one account, each with a client of its own."""
    return [bench.operator(account) for _ in range(4)]


@pytest.fixture
def operator(operators: list[Operator]) -> Operator:
    """One of them."""
    return operators[0]


def codes(answers: list[Any]) -> list[int]:
    """The codes of answers, in order."""
    return sorted(answer.get_json()["code"] for answer in answers)


def test_a_serial_that_several_use_first_is_registered_once(operators: list[Operator]) -> None:
    made = in_threads(4, lambda n: operators[n].made(serials=["x", "y"]))

    with operators[0].yard.store.read() as tx:
        found = list_devices(tx, operators[0].account.id)
    assert sorted(device.serial for device in found) == ["x", "y"]
    assert len({number for numbers in made for number in numbers}) == 8


def test_a_user_name_that_several_use_first_is_registered_once(operators: list[Operator]) -> None:
    in_threads(4, lambda n: operators[n].made(usernames=["zoe", "@adam"]))

    with operators[0].yard.store.read() as tx:
        found = list_accounts(tx, operators[0].account.id)
    assert sorted(social.username for social in found) == ["adam", "zoe"]


def test_no_more_devices_are_registered_than_the_plan_allows(operators: list[Operator]) -> None:
    answers = in_threads(
        4, lambda n: operators[n].order(serials=[f"{n}/{device}" for device in range(8)])
    )

    assert codes(answers) == [0, 0, 40001, 40001]
    with operators[0].yard.store.read() as tx:
        assert len(list_devices(tx, operators[0].account.id)) == 16


def test_nobody_spends_what_is_not_there(operators: list[Operator]) -> None:
    asked = {"script_name": "tap", "serials": ["a", "b"]}

    answers = in_threads(4, lambda n: operators[n].order(**asked))

    assert codes(answers) == [0, 0, 40201, 40201]
    assert operators[0].data(TASK)["total"] == 4
    with operators[0].yard.store.read() as tx:
        assert audit(tx) == []


def test_a_task_that_several_stop_and_delete_ends_once(operators: list[Operator]) -> None:
    number = operators[0].one(script_name="tap")
    ways = (("POST", "/stop"), ("DELETE", ""), ("POST", "/stop"), ("DELETE", ""))

    answers = in_threads(4, lambda n: operators[n].send(ways[n][0], f"{TASK}/{number}{ways[n][1]}"))

    assert set(codes(answers)) <= {0, 40401, 40901}
    assert sorted(a.get_json()["code"] for a in answers if a.request.method == "DELETE") == [
        0,
        40401,
    ]
    row = operators[0].row(number)
    assert (row.status, row.hidden) == (Status.CANCELED, True)
    with operators[0].yard.store.read() as tx:
        assert audit(tx) == []


def test_a_task_that_several_retry_begins_anew_once(operators: list[Operator]) -> None:
    number = operators[0].one(script_name="tap")
    operators[0].fail(number)
    paths = (f"{number}/retry", "retry-all", f"{number}/retry", "retry-all")

    answers = in_threads(4, lambda n: operators[n].post(f"{TASK}/{paths[n]}"))

    data = [answer.get_json()["data"] for answer in answers]
    begun = [d for d in data if d and (d.get("id") or d.get("task_ids"))]
    assert len(begun) == 1
    assert operators[0].row(number).status is Status.PENDING
    with operators[0].yard.store.read() as tx:
        assert audit(tx) == []


def test_batches_that_overlap_delete_each_task_once(operators: list[Operator]) -> None:
    numbers = operators[0].made(usernames=[f"a{n}" for n in range(60)])
    shuffled = [numbers, numbers[::-1], numbers[30:] + numbers[:30], numbers[::2] + numbers[1::2]]

    answers = in_threads(4, lambda n: operators[n].delete(BATCH, json={"task_ids": shuffled[n]}))

    data = [operators[0].told(answer) for answer in answers]
    assert sum(one["deleted_count"] for one in data) == 60
    assert sorted(number for one in data for number in one["deleted_ids"]) == numbers
    assert operators[0].data(f"{TASK}/stats")["total"] == 0


def test_what_is_counted_is_what_is_listed(operator: Operator) -> None:
    numbers = operator.made(serials=list("abcdef"))
    for number in numbers[:2]:
        operator.complete(number)
    operator.fail(numbers[2])
    operator.post(f"{TASK}/{numbers[3]}/stop")
    operator.delete(f"{TASK}/{numbers[0]}")
    operator.delete(f"{TASK}/{numbers[3]}")

    stats = operator.data(f"{TASK}/stats")

    assert stats == {"total": 4, "pending": 2, "running": 0, "completed": 1, "failed": 1}
    for status, count in enumerate(list(stats.values())[1:]):
        data = operator.data(f"{TASK}?status={status}")
        assert (data["total"], len(data["tasks"])) == (count, count)
    for query, wanted in (
        ("serial=b", [numbers[1]]),
        ("serial=a", []),
        ("source=api&page_size=1&page=4", [numbers[1]]),
        ("source=ui", []),
        ("script_name=post&status=3", [numbers[2]]),
    ):
        assert operator.listed(query) == wanted


def test_a_serial_is_found_whatever_it_is_made_of(operator: Operator) -> None:
    serials = ["192.168.1.5:5555", 'a"b', "o'hara", "%", "_", "équipe 1", "{}", "a\\b"]
    numbers = operator.made(serials=serials)

    for number, serial in zip(numbers, serials, strict=True):
        data = operator.told(operator.get(TASK, query_string={"serial": serial}))
        assert [task["id"] for task in data["tasks"]] == [number]


def test_an_order_is_stored_whole_or_not_at_all(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_args: object) -> None:
        raise Unavailable("The store went away.")

    monkeypatch.setattr("shared.tasks.submission.insert_tasks", lost)
    body = operator.order(serials=["x"]).get_json()
    monkeypatch.undo()

    assert body["code"] == 50301
    assert operator.listed() == []
    with operator.yard.store.read() as tx:
        assert list_devices(tx, operator.account.id) == []
