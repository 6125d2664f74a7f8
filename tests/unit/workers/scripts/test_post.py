"""What a post is as a task, and who publishes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.broker.memory import MemoryBroker
from shared.db import Store
from shared.devices.device import Device
from shared.settings import Settings
from shared.social.account import SocialAccount
from shared.tasks.registry import Registry
from shared.yard import Yard
from workers.scripts.post import POST
from workers.scripts.publishers.choice import (
    PLATFORMS,
    choose,
    needs_credential,
    open_publisher,
    uses_device,
)
from workers.scripts.publishers.protocol import Login

NOON = datetime(2030, 1, 31, 12, tzinfo=UTC)
PHONE = Device(
    number=1, id="d", account_id="b", serial="phone", name="phone", adb=False, online=True,
    tags=[], created_at=NOON, updated_at=NOON,
)  # fmt: skip
LINKED = replace(PHONE, adb=True)
ANN = SocialAccount(
    number=1, id="a", account_id="b", platform="tiktok", username="ann", email="",
    device_id=None, package_name="", enabled=True, logged_in=True, credential=None,
    timezone="UTC", pause_seconds=0.0, daily_cap=None, tags=[], created_at=NOON, updated_at=NOON,
)  # fmt: skip
TOKEN = {"access_token": "t"}


@pytest.mark.parametrize(
    ("login", "name"),
    [
        (Login(device=PHONE), "outbox"),
        (Login(device=LINKED), "adb"),
        (Login(social=ANN), "outbox"),
        (Login(social=ANN, device=PHONE), "outbox"),
        (Login(social=ANN, device=LINKED), "adb"),
        (Login(social=ANN, credential=TOKEN), "tiktok"),
        (Login(social=ANN, device=LINKED, credential=TOKEN), "tiktok"),
        (Login(social=replace(ANN, platform="bluesky"), credential=TOKEN), "bluesky"),
        (Login(social=replace(ANN, platform="myspace"), credential=TOKEN), "outbox"),
        (Login(social=ANN, device=LINKED, credential={}), "adb"),
    ],
    ids=[
        "device", "linked", "account", "account-on-device", "account-on-linked", "credential",
        "credential-on-linked", "another-platform", "unknown-platform", "empty-credential",
    ],
)  # fmt: skip
def test_who_publishes_follows_from_the_account_and_the_device(login: Login, name: str) -> None:
    assert choose(login) == name


@pytest.mark.parametrize("name", sorted({*PLATFORMS, "adb", "outbox"}))
def test_every_publisher_there_may_be_can_be_opened(name: str, settings: Settings) -> None:
    store = Store(settings.database_url)
    yard = Yard(settings, store, MemoryBroker(), Registry({}))

    publisher = open_publisher(name, yard)

    assert publisher.name == name
    assert needs_credential(name) == (name in PLATFORMS)
    assert uses_device(name) == (name == "adb")
    store.close()


@pytest.mark.parametrize("retry_count", [0, 1, 2])
@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 5.0), (0.5, 32.5), (1.0, 60.0)])
def test_a_retry_waits_5_to_60_seconds(retry_count: int, chance: float, seconds: float) -> None:
    assert POST.retry.wait_seconds(retry_count, lambda: chance) == pytest.approx(seconds)


def test_a_post_is_tried_again_three_times() -> None:
    assert POST.retry.max_retries == 3


@pytest.mark.parametrize(
    ("payload", "mutexes"),
    [
        ({"device_id": "d"}, ["device/d"]),
        ({"social_id": "a"}, ["account/a"]),
        ({"device_id": "d", "social_id": "a"}, ["device/d", "account/a"]),
        ({"device_id": None, "social_id": None}, []),
    ],
    ids=["device", "account", "both", "neither"],
)
def test_a_post_has_its_device_and_its_account_to_itself(
    payload: dict[str, Any], mutexes: list[str]
) -> None:
    assert POST.mutexes is not None
    assert list(POST.mutexes(payload)) == mutexes
