"""Devices as their owners register, change, list and remove them."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from shared.accounts.account import create_account, set_account
from shared.db import Store, Transaction
from shared.devices.device import (
    Device,
    find_device,
    get_device,
    list_devices,
    use_device,
)
from shared.devices.registration import change_said, register_device, remove_device
from shared.errors import Conflict, NotFound, Refused
from shared.social.account import get_numbered
from shared.social.registration import register_account
from shared.tasks import mutex, submission
from tests.memory_yard import MemoryYard
from tests.needing import NEEDING
from tests.servers import eventually

Attempt = Callable[[], Device]


def added(yard: MemoryYard, serial: str = "d1", **said: Any) -> Device:
    """A new device of the first owner."""
    with yard.store.begin() as tx:
        return register_device(tx, yard.account.id, serial, **said)


def changed(yard: MemoryYard, device: Device, **said: Any) -> Device:
    """The device after its owner said something of it."""
    with yard.store.begin() as tx:
        return change_said(tx, locked(tx, device), **said)


def locked(tx: Transaction, device: Device) -> Device:
    """The device as it is now."""
    return get_device(tx, device.account_id, device.id, for_update=True)


def close(yard: MemoryYard, device: Device) -> None:
    """Let the device's tasks wait."""
    with yard.store.begin() as tx:
        mutex.close(tx, device.mutex, "The device is offline.")


def is_closed(yard: MemoryYard, device: Device) -> bool:
    """Whether the device's tasks wait."""
    with yard.store.read() as tx:
        return mutex.closure(tx, device.mutex) is not None


def test_a_device_is_called_by_its_serial_until_it_has_a_name(yard: MemoryYard) -> None:
    device = added(yard, " d1 ", tags=[" rack ", "rack", "left"])

    assert (device.serial, device.name, device.tags) == ("d1", "d1", ["rack", "left"])
    assert (device.online, device.adb) == (True, False)
    assert changed(yard, device, name="Pixel").name == "Pixel"
    assert changed(yard, device, name="").name == "d1"


def test_a_device_may_begin_offline(yard: MemoryYard) -> None:
    assert not added(yard, online=False).online


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("serial", {"serial": ""}),
        ("serial", {"serial": "x" * 121}),
        ("serial", {"serial": "a\0b"}),
        ("name", {"name": "x" * 201}),
        ("name", {"name": "two\nlines"}),
        ("tags", {"tags": ["x" * 51]}),
        ("tags", {"tags": [None]}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_is_refused_by_the_name_of_its_field(
    yard: MemoryYard, field: str, said: dict[str, Any]
) -> None:
    device = added(yard, "there")

    with pytest.raises(Refused) as refused:
        added(yard, **said)
    assert refused.value.field == field
    with pytest.raises(Refused) as refused:
        changed(yard, device, **said)
    assert refused.value.field == field


def test_a_serial_is_taken_once_by_each_owner(yard: MemoryYard) -> None:
    first, other = added(yard), yard.open_account("other")
    second = added(yard, "d2")

    with yard.store.begin() as tx:
        register_device(tx, other.id, "d1")
    attempts: list[Attempt] = [
        lambda: added(yard),
        lambda: changed(yard, second, serial="d1"),
    ]
    for attempt in attempts:
        with pytest.raises(Refused, match="There is a device d1 already") as refused:
            attempt()
        assert (refused.value.code, refused.value.field) == ("CONFLICT", "serial")
    assert changed(yard, first, serial="d1").serial == "d1"
    assert changed(yard, first, serial="d3").serial == "d3"


def test_a_plan_allows_so_many_devices(yard: MemoryYard) -> None:
    for number in range(5):
        added(yard, f"d{number}")

    with pytest.raises(Refused, match="The plan starter allows 5 devices") as refused:
        added(yard, "one more")
    assert refused.value.code == "DEVICE_LIMIT"
    with yard.store.begin() as tx:
        set_account(tx, yard.account.id, plan="pro")
    added(yard, "one more")


def test_a_removed_device_makes_room(yard: MemoryYard) -> None:
    five = [added(yard, f"d{number}") for number in range(5)]
    with yard.store.begin() as tx:
        remove_device(tx, locked(tx, five[0]))

    assert added(yard, "one more").serial == "one more"


@pytest.mark.parametrize("said", [{"online": True}, {"adb": False}], ids=str)
def test_what_brings_a_device_back_lets_its_tasks_go(
    yard: MemoryYard, said: dict[str, Any]
) -> None:
    device = added(yard, adb=True, online=False)
    close(yard, device)

    changed(yard, device, **said)

    assert not is_closed(yard, device)


@pytest.mark.parametrize("said", [{"online": False}, {"name": "Pixel"}, {"tags": []}], ids=str)
def test_anything_else_lets_them_wait(yard: MemoryYard, said: dict[str, Any]) -> None:
    device = added(yard, adb=True)
    close(yard, device)

    changed(yard, device, **said)

    assert is_closed(yard, device)


def test_lists_are_by_age_and_may_ask_for_a_tag_or_who_is_online(yard: MemoryYard) -> None:
    added(yard, "d1", tags=["rack"])
    added(yard, "d2", online=False, tags=["rack", "left"])
    added(yard, "d3")

    def serials(**wanted: Any) -> list[str]:
        with yard.store.read() as tx:
            return [one.serial for one in list_devices(tx, yard.account.id, **wanted)]

    assert serials() == ["d1", "d2", "d3"]
    assert serials(tag="rack") == ["d1", "d2"]
    assert serials(tag="rac") == []
    assert serials(online=True) == ["d1", "d3"]
    assert serials(online=False, tag="left") == ["d2"]


def test_accounts_stay_when_their_device_is_removed(yard: MemoryYard) -> None:
    device = added(yard)
    with yard.store.begin() as tx:
        settings, owner = yard.yard.settings, yard.account.id
        account = register_account(tx, settings, owner, "tiktok", "ada", device="d1")
    close(yard, device)

    with yard.store.begin() as tx:
        remove_device(tx, locked(tx, device))

    with yard.store.read() as tx:
        assert get_numbered(tx, account.account_id, account.number).device_id is None
        with pytest.raises(NotFound):
            get_device(tx, yard.account.id, device.id)
    assert not is_closed(yard, device)


def test_a_device_is_not_removed_while_tasks_of_it_are_not_over(yard: MemoryYard) -> None:
    device = added(yard)
    ids = yard.submit_many(2, NEEDING, payload={"needs": [device.mutex]})

    with yard.store.begin() as tx, pytest.raises(Conflict, match="d1 has 2 tasks that are not"):
        remove_device(tx, locked(tx, device))
    for task_id in ids:
        yard.cancel(task_id)
    with yard.store.begin() as tx:
        remove_device(tx, locked(tx, device))
        assert find_device(tx, yard.account.id, "d1") is None


def test_a_device_is_not_removed_under_a_task_that_is_just_being_stored(
    yard: MemoryYard,
) -> None:
    """It would need a device that is gone."""
    device, errors = added(yard), []

    def remove() -> None:
        try:
            with yard.store.begin() as tx:
                remove_device(tx, locked(tx, device))
        except Conflict as error:
            errors.append(str(error))

    removing = Thread(target=remove)
    with yard.store.begin() as tx:
        assert use_device(tx, yard.account.id, "d1") == device
        removing.start()
        wait_until_blocked(yard.store, removing)
        submission.store(tx, [yard.draft(NEEDING, payload={"needs": [device.mutex]})], None)
    removing.join(20)

    assert errors == ["The device d1 has 1 task that is not over: stop it first."]


def wait_until_blocked(store: Store, thread: Thread) -> None:
    """Wait until ``thread`` waits for a lock that this one holds; SQLite has but one."""
    if store.dialect != "postgresql":
        return
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"

    def is_waiting() -> bool:
        with store.read() as tx:
            return bool(tx.execute(text(waits)).scalar_one()) or not thread.is_alive()

    eventually(is_waiting)


def test_one_telephone_is_not_linked_twice(yard: MemoryYard, store: Store) -> None:
    with store.begin() as tx:
        other = create_account(tx, "other").id
        first = register_device(tx, yard.account.id, "d1", adb=True)
        second = register_device(tx, other, "d1")

        with pytest.raises(Refused, match="Another device has the ADB link of d1"):
            change_said(tx, second, adb=True)
        with pytest.raises(Refused, match="Another device has the ADB link of d1"):
            register_device(tx, create_account(tx, "third").id, "d1", adb=True)

        assert change_said(tx, first, adb=True, name="Pixel").adb
        change_said(tx, first, adb=False)
        assert change_said(tx, second, adb=True).adb
