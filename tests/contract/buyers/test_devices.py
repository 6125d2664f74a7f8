"""Devices over HTTP: in the buyers' words, for operators."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared.accounts.account import Account
from shared.ids import new_id
from shared.tasks import mutex
from tests.gateway import Bench, Caller, open_account

DEVICES = "/api/v1/devices"


@pytest.fixture
def operator(bench: Bench, account: Account) -> Caller:
    """An operator of the account, whose plan allows five devices."""
    return bench.caller(account, "operator")


def added(operator: Caller, serial: str = "d1", **said: Any) -> dict[str, Any]:
    """A device that was taken."""
    answer = operator.post(DEVICES, json={"serial": serial, **said})
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


def told(answer: TestResponse) -> tuple[int, str, list[str]]:
    """An error's status, its code, and the fields that it names."""
    body = answer.get_json()
    return answer.status_code, body["code"], [one["field"] for one in body.get("errors", ())]


def test_a_device_is_registered_read_and_listed(operator: Caller) -> None:
    device = added(operator, "d1", name="Pixel", tags=["rack", "rack"])

    assert device.keys() == {
        "id", "serial", "name", "online", "adb", "tags", "createdAt", "updatedAt"
    }  # fmt: skip
    assert (device["serial"], device["name"], device["tags"]) == ("d1", "Pixel", ["rack"])
    assert (device["online"], device["adb"]) == (True, False)
    assert operator.get(f"{DEVICES}/{device['id']}").get_json() == device
    assert operator.get(DEVICES).get_json() == {"devices": [device]}


def test_a_list_may_be_of_those_online_or_of_a_tag(operator: Caller) -> None:
    added(operator, "d1", tags=["rack"])
    added(operator, "d2", online=False, tags=["rack"])

    def serials(query: str) -> list[str]:
        body = operator.get(f"{DEVICES}?{query}").get_json()
        return [device["serial"] for device in body["devices"]]

    assert serials("tag=rack") == ["d1", "d2"]
    assert serials("online=true") == ["d1"]
    assert serials("online=false&tag=rack") == ["d2"]
    assert serials("unknown=x") == ["d1", "d2"]


@pytest.mark.parametrize("query", ["online=maybe", "online=", "tag=", f"tag={'x' * 51}"])
def test_a_filter_that_is_none_is_refused(operator: Caller, query: str) -> None:
    answer = operator.get(f"{DEVICES}?{query}")

    assert told(answer) == (400, "INVALID_FIELD", [query.partition("=")[0]])


BAD: list[tuple[str, Any]] = [
    ("serial", 7),
    ("serial", ""),
    ("serial", " "),
    ("serial", "x" * 121),
    ("serial", "a\x00b"),
    ("name", ["Pixel"]),
    ("name", "x" * 201),
    ("name", "two\nlines"),
    ("online", "yes"),
    ("online", 1),
    ("adb", "true"),
    ("tags", "rack"),
    ("tags", {"rack": 1}),
    ("tags", [1]),
    ("tags", ["a,b"]),
    ("tags", ["x" * 51]),
    ("tags", [str(number) for number in range(51)]),
]


@pytest.mark.parametrize(("field", "value"), BAD, ids=range(len(BAD)))
def test_what_cannot_be_is_refused_by_the_name_of_its_field(
    operator: Caller, field: str, value: Any
) -> None:
    device = added(operator, "there")

    new = operator.post(DEVICES, json={"serial": "new", field: value})
    changed = operator.send("PATCH", f"{DEVICES}/{device['id']}", json={field: value})

    assert told(new) == told(changed) == (400, "INVALID_FIELD", [field])
    assert operator.get(DEVICES).get_json() == {"devices": [device]}


def test_a_device_without_a_serial_is_refused(operator: Caller) -> None:
    assert told(operator.post(DEVICES, json={"name": "x"})) == (400, "MISSING_FIELDS", ["serial"])


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"json": ["d1"]}, 400, "INVALID_JSON"),
        ({"data": "{", "content_type": "application/json"}, 400, "INVALID_JSON"),
        ({"data": "serial=d1"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
    ids=["a list", "broken", "a form"],
)
def test_a_body_that_is_none_is_refused(
    operator: Caller, sent: dict[str, Any], status: int, code: str
) -> None:
    assert told(operator.post(DEVICES, **sent))[:2] == (status, code)


def test_a_serial_that_is_taken_is_a_conflict(bench: Bench, operator: Caller) -> None:
    added(operator, "d1")
    second = added(operator, "d2")
    stranger = bench.caller(open_account(bench.yard.store, "other"), "operator")

    assert told(operator.post(DEVICES, json={"serial": "d1"})) == (409, "CONFLICT", ["serial"])
    renamed = operator.send("PATCH", f"{DEVICES}/{second['id']}", json={"serial": "d1"})
    assert told(renamed) == (409, "CONFLICT", ["serial"])
    added(stranger, "d1")


def test_one_device_more_than_the_plan_allows_is_a_conflict(operator: Caller) -> None:
    for number in range(5):
        added(operator, f"d{number}")

    answer = operator.post(DEVICES, json={"serial": "one more"})

    assert told(answer)[:2] == (409, "CONFLICT")
    assert "allows 5 devices" in answer.get_json()["detail"]


def test_a_change_keeps_what_it_does_not_name(operator: Caller) -> None:
    device = added(operator, "d1", name="Pixel", tags=["rack"])

    answer = operator.send("PATCH", f"{DEVICES}/{device['id']}", json={"online": False})

    changed = answer.get_json()
    assert answer.status_code == 200
    assert changed == {**device, "online": False, "updatedAt": changed["updatedAt"]}


def test_an_adb_link_is_not_for_operators_to_give(
    bench: Bench, operator: Caller, account: Account
) -> None:
    device = added(operator, "d1")
    place = f"{DEVICES}/{device['id']}"

    assert told(operator.post(DEVICES, json={"serial": "d2", "adb": True}))[2] == ["adb"]
    assert told(operator.send("PATCH", place, json={"adb": True}))[2] == ["adb"]

    admin = bench.caller(account, "admin")
    assert admin.send("PATCH", place, json={"adb": True}).get_json()["adb"] is True
    assert told(operator.send("PATCH", place, json={"serial": "d9"}))[2] == ["serial"]
    assert operator.send("PATCH", place, json={"name": "Pixel", "adb": True}).status_code == 200
    assert operator.send("PATCH", place, json={"adb": False}).get_json()["adb"] is False


def test_saying_that_it_is_online_lets_its_tasks_go(bench: Bench, operator: Caller) -> None:
    device = added(operator, "d1")
    name = f"device/{device['id']}"
    with bench.yard.store.begin() as tx:
        mutex.close(tx, name, "The device is offline.")

    operator.send("PATCH", f"{DEVICES}/{device['id']}", json={"online": True})

    with bench.yard.store.read() as tx:
        assert mutex.closure(tx, name) is None


def test_a_removed_device_is_gone(operator: Caller) -> None:
    device = added(operator)

    answer = operator.delete(f"{DEVICES}/{device['id']}")

    assert (answer.status_code, answer.data) == (204, b"")
    assert operator.get(DEVICES).get_json() == {"devices": []}
    assert told(operator.delete(f"{DEVICES}/{device['id']}"))[:2] == (404, "NOT_FOUND")


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_device_of_nobody_or_of_another_is_not_there(
    bench: Bench, operator: Caller, method: str
) -> None:
    stranger = bench.caller(open_account(bench.yard.store, "other"), "operator")
    theirs = added(stranger)

    for device_id in (theirs["id"], new_id(), "7", "d1"):
        answer = operator.send(method, f"{DEVICES}/{device_id}", json={"name": "mine"})
        assert told(answer)[:2] == (404, "NOT_FOUND")
    assert stranger.get(f"{DEVICES}/{theirs['id']}").get_json() == theirs
