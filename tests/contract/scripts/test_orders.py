"""POST /api/v1/task: which script, where, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from shared.devices.device import devices, list_devices
from shared.social.account import social_accounts
from shared.tasks.task import tasks, transitions
from tests.contract.scripts.conftest import new_operator
from tests.operators import CONFIG, PRICE, TASK, Operator, OperatorsBench


@pytest.mark.parametrize(
    "asked",
    [
        {"serials": ...},
        {"serials": []},
        {"serials": None},
        {"serials": [], "usernames": []},
        {"serials": ..., "usernames": []},
    ],
    ids=["neither", "empty", "null", "both empty", "no names"],
)
def test_one_of_the_lists_is_required(operator: Operator, asked: dict[str, Any]) -> None:
    body = operator.order(**asked).get_json()

    assert body["code"] == 40001
    assert body["message"].startswith("serials, usernames: one of them is required")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"serials": "device_serial_1"}, "serials: "),
        ({"serials": {"0": "x"}}, "serials: "),
        ({"serials": [5]}, "serials.0: "),
        ({"serials": ["x", None]}, "serials.1: "),
        ({"serials": ["x", ""]}, "serials.1: "),
        ({"serials": ["   "]}, "serials.0: "),
        ({"serials": ["x" * 121]}, "serials.0: "),
        ({"serials": ["a\x00b"]}, "serials.0: "),
        ({"serials": ["a\nb"]}, "serials.0: must be a text of 1 to 120 characters on one line."),
        ({"usernames": ["a\tb"]}, "usernames.0: must be a text of 1 to 120 characters on one "),
        ({"usernames": [5]}, "usernames.0: must be a text of 1 to 120 characters on one line."),
        ({"serials": [f"s{n}" for n in range(1001)]}, "serials: "),
        ({"usernames": ["@"]}, "usernames.0: "),
        ({"usernames": ["@" + "x" * 121]}, "usernames.0: "),
        ({"usernames": "zoe"}, "usernames: "),
        ({"usernames": [["zoe"]]}, "usernames.0: "),
        ({"script_config": ...}, "script_config: "),
        ({"script_config": []}, "script_config: "),
        ({"script_config": "{}"}, "script_config: "),
        ({"enable_multi_account": "yes"}, "enable_multi_account: "),
        ({"enable_multi_account": 1}, "enable_multi_account: "),
        ({"callback_url": 5}, "callback_url: "),
        ({"callback_url": "http://a.b"}, "callback_url: must begin with https://."),
        ({"script_name": 5}, "script_name: "),
        ({"script_name": ["post"]}, "script_name: "),
    ],
    ids=range(25),
)
def test_a_field_that_is_not_what_it_must_be_is_named(
    operator: Operator, asked: dict[str, Any], field: str
) -> None:
    answer = operator.order(**asked)
    body = answer.get_json()

    assert (answer.status_code, body["code"], body["data"]) == (400, 40001, None)
    assert body["message"].startswith(field)


@pytest.mark.parametrize(
    "time", ["24:00", "9:05", "12:60", "12", "12:00:00", "noon", "", "１２:00"]
)
def test_a_time_that_is_none_is_refused(operator: Operator, time: str) -> None:
    body = operator.order(start_time=time).get_json()

    assert body["code"] == 40001
    assert body["message"] == "start_time: must be a time of day as HH:MM, from 00:00 to 23:59."


@pytest.mark.parametrize("time", [5, True, ["12:00"], {}])
def test_a_time_that_is_no_text_is_refused(operator: Operator, time: Any) -> None:
    assert operator.order(start_time=time).get_json()["code"] == 40001


@pytest.mark.parametrize("name", [..., None, ""])
def test_a_missing_script_name_has_a_code_of_its_own(operator: Operator, name: Any) -> None:
    body = operator.order(script_name=name, script_config={"image_count": 0}).get_json()

    assert body["code"] == 40002
    assert body["message"] == "script_name: is required, and must be one of post, tap."


@pytest.mark.parametrize("name", ["POST", "like", "echo", "tidy", "ECHO", "post "])
def test_a_script_that_there_is_not_has_a_code_of_its_own(operator: Operator, name: str) -> None:
    body = operator.order(script_name=name).get_json()

    assert body["code"] == 40003
    assert "must be one of post, tap." in body["message"]


def test_a_body_that_is_missing_misses_the_script_name(operator: Operator) -> None:
    assert operator.post(TASK).get_json()["code"] == 40002


def test_a_script_that_a_plug_in_brings_can_be_had(operator: Operator) -> None:
    task = operator.task(operator.one(script_name="tap", script_config={"x": 1}))

    assert (task["script_name"], task["script_config"]) == ("tap", {"x": 1})


def test_unknown_fields_are_ignored(operator: Operator) -> None:
    assert operator.made(colour="red", id=5)


def test_what_is_refused_registers_nothing(operator: Operator) -> None:
    operator.order(serials=["x"], script_config={"image_count": 0})
    operator.order(serials=[f"s{n}" for n in range(21)])
    operator.order(serials=["x"], start_time="25:00")

    with operator.yard.store.read() as tx:
        assert list_devices(tx, operator.account.id) == []


def test_a_thousand_tasks_are_made_in_one_commit(bench: OperatorsBench) -> None:
    operator = new_operator(bench)

    numbers = operator.made(usernames=[f"a{n}" for n in range(1000)])

    first, last = operator.row(numbers[0]), operator.row(numbers[-1])
    assert numbers == list(range(numbers[0], numbers[0] + 1000))
    assert first.created_at == last.created_at


def test_who_cannot_pay_for_all_gets_none(bench: OperatorsBench) -> None:
    operator = new_operator(bench, cents=2 * PRICE)

    answer = operator.order(serials=["a", "b", "c"], script_name="tap")

    assert (answer.status_code, answer.get_json()["code"]) == (402, 40201)
    assert operator.listed() == []
    with operator.yard.store.read() as tx:
        assert list_devices(tx, operator.account.id) == []
    assert len(operator.made(serials=["a", "b"], script_name="tap")) == 2


def test_a_start_time_is_meant_in_the_zone_of_the_account(operator: Operator) -> None:
    operator.social("tokyo", timezone="Asia/Tokyo")
    operator.social("lima", timezone="America/Lima")

    numbers = operator.made(usernames=["tokyo", "lima", "anywhere"], start_time="12:34")

    for number, zone in zip(numbers, ("Asia/Tokyo", "America/Lima", "UTC"), strict=True):
        at = datetime.fromisoformat(operator.task(number)["start_time"])
        assert f"{at.astimezone(ZoneInfo(zone)):%H:%M}" == "12:34"
        assert timedelta(0) < at - datetime.now(UTC) <= timedelta(hours=25)


def test_a_task_with_a_start_time_waits_and_says_until_when(operator: Operator) -> None:
    at = datetime.now(UTC) + timedelta(hours=2)

    task = operator.task(operator.one(start_time=f"{at:%H:%M}"))

    assert (task["status"], task["status_text"]) == (0, "pending")
    assert task["start_time"] == f"{at:%Y-%m-%dT%H:%M}:00.000Z"
    assert f"{at:%H:%M}" in task["remark"]


def test_a_time_that_is_past_today_means_tomorrow(operator: Operator) -> None:
    at = datetime.now(UTC) - timedelta(hours=2)

    start_time = operator.task(operator.one(start_time=f"{at:%H:%M}"))["start_time"]

    assert start_time == f"{at + timedelta(days=1):%Y-%m-%dT%H:%M}:00.000Z"


def test_the_row_says_where_it_came_from(operator: Operator) -> None:
    row = operator.row(operator.one())

    assert (row.dialect, row.source, row.type, row.queue) == ("scripts", "api", "POST", "post")
    assert (row.cost_cents, row.max_retries, row.hidden) == (0, 3, False)
    assert row.payload.keys() == {"serial", "device_id", "username", "social_id", "config"}


def test_a_new_task_is_shown_whole(operator: Operator) -> None:
    number = operator.one()

    task = operator.task(number)

    assert task == {
        "id": number,
        "script_name": "post",
        "script_config": {**task["script_config"], **CONFIG},
        "serial": "device_serial_1",
        "username": None,
        "status": 0,
        "status_text": "pending",
        "source": "api",
        "start_time": None,
        "end_time": None,
        "created_at": task["created_at"],
        "remark": task["remark"],
        "retry_count": 0,
        "max_retries": 3,
        "progress": 0,
    }


def test_nothing_of_a_refused_order_is_written(operator: Operator) -> None:
    def written() -> tuple[int, ...]:
        tables = (devices, social_accounts, transitions)
        with operator.yard.store.read() as tx:
            counts = [select(func.count()).select_from(table) for table in tables]
            return tuple(tx.execute(count).scalar_one() for count in counts)

    before = written()
    operator.order(usernames=["nobody"], script_name="like")
    operator.order(usernames=["nobody"], script_config={"placement": "feed"})

    assert written() == before


def test_an_order_may_name_a_callback_for_each_of_its_tasks(operator: Operator) -> None:
    url = "https://1.1.1.1/told"
    numbers = operator.made(serials=["called-1", "called-2"], callback_url=url)
    with operator.yard.store.read() as tx:
        found = tx.rows(select(tasks.c.callback_url).where(tasks.c.number.in_(numbers)))
    assert [row.callback_url for row in found] == [url, url]
