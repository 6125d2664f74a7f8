"""Which devices and accounts an order means."""

from __future__ import annotations

from typing import Any

from shared.devices.device import add_device, find_device, list_devices
from shared.social.listing import list_accounts
from tests.contract.scripts.conftest import new_operator
from tests.operators import Operator, OperatorsBench


def places(operator: Operator, numbers: list[int]) -> list[tuple[str | None, str | None]]:
    """The serial and the user name of each task."""
    found = [operator.task(number) for number in numbers]
    return [(task["serial"], task["username"]) for task in found]


def bound(operator: Operator, serial: str, *usernames: str, **given: Any) -> None:
    """Accounts that are bound to a device which was registered before."""
    with operator.yard.store.begin() as tx:
        device = find_device(tx, operator.account.id, serial)
        device = device or add_device(tx, operator.account.id, serial)
    for username in usernames:
        operator.social(username, device_id=device.id, **given)


def test_each_serial_gets_a_task_in_the_order_given(operator: Operator) -> None:
    numbers = operator.made(serials=["b", "a", "c"])

    assert numbers == sorted(numbers)
    assert places(operator, numbers) == [("b", None), ("a", None), ("c", None)]


def test_each_user_name_gets_a_task_in_the_order_given(operator: Operator) -> None:
    numbers = operator.made(serials=..., usernames=["zoe", "adam"])

    assert places(operator, numbers) == [(None, "zoe"), (None, "adam")]


def test_user_names_win_over_serials(operator: Operator) -> None:
    assert places(operator, operator.made(usernames=["zoe"])) == [(None, "zoe")]
    with operator.yard.store.read() as tx:
        assert list_devices(tx, operator.account.id) == []


def test_serials_count_where_there_are_no_user_names(operator: Operator) -> None:
    assert places(operator, operator.made(usernames=[])) == [("device_serial_1", None)]
    assert places(operator, operator.made(usernames=None)) == [("device_serial_1", None)]


def test_an_at_sign_is_dropped_and_duplicates_too(operator: Operator) -> None:
    names = ["@zoe", "zoe", " zoe ", "@ zoe", "adam", "@adam"]

    assert places(operator, operator.made(usernames=names)) == [(None, "zoe"), (None, "adam")]
    assert len(operator.made(serials=["x", "x", " x"])) == 1


def test_a_device_gets_its_first_account_that_is_enabled(operator: Operator) -> None:
    bound(operator, "phone", "off", enabled=False)
    bound(operator, "phone", "first", "second")

    assert places(operator, operator.made(serials=["phone"])) == [("phone", "first")]


def test_multi_account_makes_a_task_for_each_account_that_is_enabled(operator: Operator) -> None:
    bound(operator, "phone", "a", "b")
    bound(operator, "phone", "off", enabled=False)
    bound(operator, "tablet")

    numbers = operator.made(serials=["tablet", "phone"], enable_multi_account=True)

    assert places(operator, numbers) == [("tablet", None), ("phone", "a"), ("phone", "b")]


def test_multi_account_is_for_devices_alone(operator: Operator) -> None:
    bound(operator, "phone", "a", "b")

    numbers = operator.made(usernames=["a"], enable_multi_account=True)

    assert places(operator, numbers) == [("phone", "a")]


def test_a_user_name_brings_the_device_that_it_is_bound_to(operator: Operator) -> None:
    bound(operator, "phone", "zoe")

    numbers = operator.made(usernames=["zoe", "adam"])

    assert places(operator, numbers) == [("phone", "zoe"), (None, "adam")]


def test_of_several_accounts_of_one_name_the_oldest_is_meant(operator: Operator) -> None:
    oldest = operator.social("zoe", platform="instagram")
    operator.social("zoe", platform="tiktok")

    (number,) = operator.made(usernames=["zoe"])

    assert operator.row(number).payload["social_id"] == oldest.id


def test_what_was_never_heard_of_is_registered_once(operator: Operator) -> None:
    operator.made(serials=["x"])
    operator.made(serials=["x"])
    operator.made(usernames=["zoe"])
    operator.made(usernames=["@zoe"])

    with operator.yard.store.read() as tx:
        serials = [device.serial for device in list_devices(tx, operator.account.id)]
        accounts = list_accounts(tx, operator.account.id)
    assert serials == ["x"]
    assert [(a.username, a.platform, a.enabled) for a in accounts] == [("zoe", "tiktok", True)]


def test_others_devices_and_accounts_are_not_ours(operator: Operator, stranger: Operator) -> None:
    mine = operator.row(operator.one(serials=["x"])).payload
    theirs = stranger.row(stranger.one(serials=["x"])).payload

    assert mine["device_id"] != theirs["device_id"]


def test_a_plan_has_room_for_so_many_devices_and_no_more(bench: OperatorsBench) -> None:
    operator = new_operator(bench)
    operator.made(serials=[f"s{n}" for n in range(19)])

    answer = operator.order(serials=["new", "one too many"])

    assert (answer.status_code, answer.get_json()["code"]) == (400, 40001)
    assert answer.get_json()["message"] == "serials: The plan pro allows 20 devices."
    assert len(operator.made(serials=["s1", "new"])) == 2


def test_one_call_makes_at_most_a_thousand_tasks(bench: OperatorsBench) -> None:
    operator = new_operator(bench)
    bound(operator, "phone", *(f"a{n}" for n in range(1001)))

    body = operator.order(serials=["phone"], enable_multi_account=True).get_json()

    assert body["code"] == 40001
    assert body["message"] == (
        "enable_multi_account: makes 1001 tasks here; one call makes at most 1000."
    )
    assert operator.listed() == []
