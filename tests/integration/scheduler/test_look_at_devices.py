"""Devices with an ADB link are looked at, and their tasks wait while they are away."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from scheduler import look_at_devices
from scheduler.look_at_devices import LookAtDevices
from scheduler.release_due import ReleaseDue
from scheduler.timetable import Chore, Timetable
from shared.clock import FakeClock, SystemClock
from shared.devices import adb_link
from shared.devices.device import Device, add_device, change_device, get_device
from shared.devices.presence import CLOSED_SECONDS
from shared.errors import Unavailable
from shared.tasks import mutex
from shared.tasks.reason import Reason
from shared.tasks.status import Status
from shared.tasks.waiting import decide
from shared.tasks.waiting_facts import gather
from shared.yard import Yard
from tests.adb.server import AdbServer, adb_server
from tests.memory_yard import USES, MemoryYard
from tests.servers import eventually

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def server() -> Iterator[AdbServer]:
    """An ADB server without devices."""
    with adb_server() as running:
        yield running


@pytest.fixture
def yard(yard: MemoryYard, server: AdbServer) -> MemoryYard:
    """A yard on that server."""
    settings = replace(yard.yard.settings, adb_server=server.address)
    yard.yard = replace(yard.yard, settings=settings)
    return yard


def add(yard: MemoryYard, serial: str = "one", *, adb: bool = True) -> Device:
    """A new device of the account."""
    with yard.store.begin() as tx:
        return add_device(tx, yard.account.id, serial, adb=adb)


def looked_at(yard: MemoryYard, device: Device, chore: LookAtDevices | None = None) -> Device:
    """The device as it is after a look."""
    chore = chore or LookAtDevices()
    assert chore(yard.yard) == 0
    chore.join(10)
    with yard.store.read() as tx:
        return get_device(tx, yard.account.id, device.id)


def closure(yard: MemoryYard, device: Device) -> mutex.Closure | None:
    """That the device's tasks wait."""
    with yard.store.read() as tx:
        return mutex.closure(tx, device.mutex)


def waits_for(yard: MemoryYard, task_id: str) -> tuple[Reason, str]:
    """What the task says that it waits for."""
    with yard.store.read() as tx:
        reason = decide(yard.task(task_id), gather(tx, yard.task(task_id), yard.yard.registry))
    assert reason
    return reason.reason, reason.detail


def test_tasks_of_a_device_that_is_away_wait_and_say_so_until_it_is_back(
    yard: MemoryYard, server: AdbServer
) -> None:
    device = add(yard)
    phone = server.add("one")
    phone.state = "offline"
    looked_at(yard, device)
    task_id = yard.submit(USES, payload={"needs": [device.mutex]})

    ReleaseDue()(yard.yard)

    assert yard.run_all() == 0
    assert waits_for(yard, task_id) == (
        Reason.MUTEX, "Device one is connected to the ADB server and does not answer."
    )  # fmt: skip

    phone.state = "device"
    looked_at(yard, device)
    ReleaseDue()(yard.yard)

    assert yard.run_all() == 1
    assert yard.status(task_id) is Status.COMPLETED


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("offline", "does not answer"),
        ("unauthorized", "confirm it on its screen"),
        ("recovery", "recovery mode"),
        ("no permissions (user in plugdev group)", "'no permissions (user in plugdev group)'"),
        ("gone", "not connected to the ADB server"),
    ],
)
def test_what_is_wrong_with_a_device_is_said(
    yard: MemoryYard, server: AdbServer, state: str, words: str
) -> None:
    device = add(yard)
    server.add("one").state = state

    assert not looked_at(yard, device).online

    closed = closure(yard, device)
    assert closed
    assert closed.reason.startswith("Device one ")
    assert words in closed.reason


def test_a_device_that_is_ready_is_online_and_open(yard: MemoryYard, server: AdbServer) -> None:
    device = add(yard)
    server.add("one")
    with yard.store.begin() as tx:
        change_device(tx, device, online=False)
        mutex.close(tx, device.mutex, "It did not answer.")

    assert looked_at(yard, device).online
    assert closure(yard, device) is None


def test_a_device_without_a_link_is_as_its_owner_says(yard: MemoryYard, server: AdbServer) -> None:
    add(yard, "linked")
    device = add(yard, adb=False)

    assert looked_at(yard, device).online
    assert closure(yard, device) is None
    assert server.requests == ["host:devices"]


def test_nobody_is_asked_where_no_device_has_a_link(yard: MemoryYard, server: AdbServer) -> None:
    looked_at(yard, add(yard, adb=False))

    assert server.requests == []


def test_devices_of_the_same_serial_are_all_looked_at(yard: MemoryYard, server: AdbServer) -> None:
    first = add(yard)
    other_account = yard.open_account("other")
    with yard.store.begin() as tx:
        second = add_device(tx, other_account.id, "one", adb=True)
    server.add("one").state = "offline"

    looked_at(yard, first)

    assert closure(yard, first)
    assert closure(yard, second)


def test_without_an_adb_server_linked_devices_are_away(
    yard: MemoryYard, server: AdbServer, caplog: pytest.LogCaptureFixture
) -> None:
    device, chore = add(yard), LookAtDevices()
    server.stop()

    assert not looked_at(yard, device, chore).online
    looked_at(yard, device, chore)

    closed = closure(yard, device)
    assert closed
    assert closed.reason == "The ADB server does not answer."
    warned = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert warned == ["the ADB server does not answer; devices offline: 1"]


def test_a_new_adb_server_is_found(yard: MemoryYard, server: AdbServer) -> None:
    device = add(yard)
    server.add("one")
    server.stop()
    looked_at(yard, device)

    server.start()

    assert looked_at(yard, device).online
    assert closure(yard, device) is None


def test_tasks_go_on_by_themselves_when_nobody_looks_any_more(
    yard: MemoryYard, clock: FakeClock
) -> None:
    device = add(yard)
    looked_at(yard, device)
    assert closure(yard, device)

    clock.advance(CLOSED_SECONDS)

    assert closure(yard, device) is None


def test_a_device_that_stays_away_stays_closed(yard: MemoryYard, clock: FakeClock) -> None:
    device = add(yard)

    for _ in range(20):
        looked_at(yard, device)
        clock.advance(15.0)
        assert closure(yard, device)


def test_a_device_that_loses_its_link_during_a_look_is_left_alone(
    yard: MemoryYard, server: AdbServer
) -> None:
    device, chore = add(yard), LookAtDevices()
    server.may_answer.clear()
    chore(yard.yard)
    eventually(lambda: server.requests)
    with yard.store.begin() as tx:
        change_device(tx, device, adb=False)

    server.may_answer.set()
    chore.join(10)

    assert closure(yard, device) is None
    with yard.store.read() as tx:
        assert get_device(tx, yard.account.id, device.id).online


def test_an_adb_server_that_hangs_holds_nothing_up(
    yard: MemoryYard, server: AdbServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adb_link.device_states, "__defaults__", (30.0,))
    runs: list[int] = []

    def other(_yard: Yard) -> int:
        runs.append(1)
        return 0

    device, look = add(yard), LookAtDevices()
    server.may_answer.clear()
    planned = [Chore("look_at_devices", 0.001, look), Chore("other", 0.001, other)]
    timetable = Timetable(planned, SystemClock())

    began = time.monotonic()
    while len(runs) < 20:
        timetable.run_due(yard.yard)

    assert time.monotonic() - began < 10
    eventually(lambda: server.requests)
    assert len(server.requests) == 1
    server.stop()
    look.join(10)
    assert closure(yard, device)


def test_an_adb_server_that_hangs_is_given_up(
    yard: MemoryYard, server: AdbServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adb_link.device_states, "__defaults__", (0.2,))
    device = add(yard)
    server.may_answer.clear()

    assert not looked_at(yard, device).online


@pytest.mark.parametrize(
    ("error", "level"), [(Unavailable("The store is away."), "WARNING"), (KeyError("x"), "ERROR")]
)
def test_a_look_that_fails_is_a_line_in_the_log(
    yard: MemoryYard,
    error: Exception,
    level: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(look_at_devices, "look", fail)
    looked_at(yard, add(yard))

    assert [record.levelname for record in caplog.records] == [level]
