"""Posts on devices with an ADB link, from the order to the telephone and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from scheduler.look_at_devices import LookAtDevices
from shared.clock import FakeClock
from shared.settings import Settings
from shared.tasks.status import Status
from shared.tasks.waiting import decide
from shared.tasks.waiting_facts import gather
from tests.adb.phone import INSTAGRAM, TIKTOK, Phone
from tests.adb.server import AdbServer, adb_server
from tests.posting_yard import PostingYard
from workers.scripts.publishers.adb import tap

SERIAL = "R58M12ABCDE"
AT_ONCE: dict[str, Any] = {"upload_wait_time": 0}

pytestmark = pytest.mark.usefixtures("no_tap")


@pytest.fixture
def no_tap(monkeypatch: pytest.MonkeyPatch) -> None:
    """No app's buttons are known."""
    monkeypatch.setattr(tap, "BUTTONS", {})


@pytest.fixture
def server() -> Iterator[AdbServer]:
    """An ADB server."""
    with adb_server() as running:
        yield running


@pytest.fixture
def settings(settings: Settings, server: AdbServer) -> Settings:
    """Settings of a yard with that server."""
    return replace(settings, adb_server=server.address)


@pytest.fixture
def phone(server: AdbServer) -> Phone:
    """A telephone on it."""
    return server.add(SERIAL)


def look(yard: PostingYard) -> None:
    """Look at all devices, as the scheduler does."""
    chore = LookAtDevices()
    chore(yard.yard)
    chore.join(10)


def waits_for(yard: PostingYard, task_id: str) -> str:
    """What the task says that it waits for."""
    with yard.store.read() as tx:
        reason = decide(yard.task(task_id), gather(tx, yard.task(task_id), yard.yard.registry))
    assert reason
    return reason.detail


def test_a_post_is_made_on_the_device(yard: PostingYard, phone: Phone) -> None:
    yard.material("clip.mp4", content=b"a film")
    device = yard.device(SERIAL, adb=True)

    task = yard.done(device=device, captions="{Hi|Hello}, it's #new", **AT_ONCE)

    assert task.status is Status.COMPLETED, task.error
    assert task.result
    assert task.result["publisher"] == "adb"
    assert any("last tap is a person's" in note for note in task.result["notes"])
    assert list(phone.media().values()) == [b"a film"]
    assert phone.intents[0]["-p"] == TIKTOK
    assert phone.caption() == task.result["caption"]


def test_an_account_bound_to_it_is_posted_to_with_its_platforms_app(
    yard: PostingYard, phone: Phone
) -> None:
    yard.material("clip.mp4")
    device = yard.device(SERIAL, adb=True)
    account = yard.social(platform="instagram", with_token=False, device_id=device.id)

    task = yard.done(account, device, **AT_ONCE)

    assert task.status is Status.COMPLETED, task.error
    assert phone.intents[0]["-p"] == INSTAGRAM


def test_a_post_waits_for_a_device_that_is_away_and_says_so(
    yard: PostingYard, phone: Phone, clock: FakeClock
) -> None:
    yard.material("clip.mp4")
    device = yard.device(SERIAL, adb=True)
    phone.state = "unauthorized"

    task_id = yard.order(device=device, **AT_ONCE)
    yard.work()

    assert yard.task(task_id).status is Status.PENDING
    assert "confirm it on its screen" in waits_for(yard, task_id)
    assert not yard.phone(device).online

    clock.advance(15)
    look(yard)
    assert yard.work() == 0

    phone.state = "device"
    look(yard)
    yard.work()

    assert yard.task(task_id).status is Status.COMPLETED
    assert yard.task(task_id).retry_count == 0
    assert yard.phone(device).online
    assert len(phone.intents) == 1


def test_a_post_goes_on_after_the_device_went_in_the_middle_of_the_media(
    yard: PostingYard, phone: Phone
) -> None:
    yard.material("clip.mp4", content=bytes(1_000_000))
    device = yard.device(SERIAL, adb=True)
    phone.gone_after_bytes = 300_000
    task_id = yard.order(device=device, **AT_ONCE)
    yard.work()
    assert yard.task(task_id).status is Status.PENDING
    assert "not connected" in waits_for(yard, task_id)

    phone.gone_after_bytes, phone.state = None, "device"
    look(yard)
    yard.work()

    assert yard.task(task_id).status is Status.COMPLETED
    assert list(phone.media().values()) == [bytes(1_000_000)]
    assert len(phone.intents) == 1


def test_a_post_of_which_nobody_knows_whether_it_was_made_is_not_made_again(
    yard: PostingYard, phone: Phone, clock: FakeClock
) -> None:
    yard.material("clip.mp4")
    device = yard.device(SERIAL, adb=True)
    phone.cut_after = "am start"
    task_id = yard.order(device=device, **AT_ONCE)
    yard.work()
    phone.cut_after = ""

    failed = yard.task(task_id)
    assert failed.status is Status.FAILED
    assert failed.error
    assert failed.error["code"] == "OUTCOME_UNKNOWN"

    yard.memory.restart(task_id)
    clock.advance(61)
    yard.work()

    assert yard.task(task_id).status is Status.FAILED
    assert len(phone.intents) == 1


def test_a_device_without_a_link_is_not_spoken_to(yard: PostingYard, server: AdbServer) -> None:
    yard.material("clip.mp4")
    device = yard.device(SERIAL)

    task = yard.done(device=device, **AT_ONCE)

    assert task.result
    assert task.result["publisher"] == "outbox"
    assert server.requests == []
