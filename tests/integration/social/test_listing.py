"""Accounts as their owners look for them."""

from __future__ import annotations

from typing import Any

import pytest

from shared.devices.device import add_device
from shared.social.listing import AccountFilter, count_accounts, devices_of, list_accounts
from shared.social.registration import register_account
from tests.memory_yard import MemoryYard

FIVE: list[tuple[str, str, dict[str, Any]]] = [
    ("tiktok", "ada", {"tags": ["fr", "news"], "device": "d1"}),
    ("tiktok", "grace", {"logged_in": False}),
    ("instagram", "ada", {"enabled": False, "tags": ["news"]}),
    ("mastodon", "alan", {"device": "d2", "tags": ["new"]}),
    ("bluesky", "alan", {"tags": ['"quoted" %_']}),
]


@pytest.fixture
def five(yard: MemoryYard) -> MemoryYard:
    """Five accounts of one owner, and one of another on a device of the same serial."""
    other = yard.open_account("other")
    with yard.store.begin() as tx:
        for owner, serial in ((yard.account, "d1"), (yard.account, "d2"), (other, "d1")):
            add_device(tx, owner.id, serial, tags=["rack"])
        for platform, username, said in FIVE:
            register_account(tx, yard.yard.settings, yard.account.id, platform, username, **said)
        register_account(tx, yard.yard.settings, other.id, "tiktok", "theirs", device="d1")
    return yard


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (AccountFilter(), [0, 1, 2, 3, 4]),
        (AccountFilter(platform="tiktok"), [0, 1]),
        (AccountFilter(serial="d1"), [0]),
        (AccountFilter(serial="d3"), []),
        (AccountFilter(logged_in=False), [1]),
        (AccountFilter(logged_in=True), [0, 2, 3, 4]),
        (AccountFilter(enabled=False), [2]),
        (AccountFilter(tag="news"), [0, 2]),
        (AccountFilter(tag="new"), [3]),
        (AccountFilter(tag='"quoted" %_'), [4]),
        (AccountFilter(tag="ne%"), []),
        (AccountFilter(platform="tiktok", tag="news", enabled=True), [0]),
    ],
    ids=str,
)
def test_filters_find_what_they_say(
    five: MemoryYard, wanted: AccountFilter, found: list[int]
) -> None:
    with five.store.read() as tx:
        listed = list_accounts(tx, five.account.id, wanted)
        count = count_accounts(tx, five.account.id, wanted)

    names = [(one.platform, one.username) for one in listed]
    assert names == [FIVE[place][:2] for place in found]
    assert count == len(found)


def test_pages_are_cut_from_the_oldest(five: MemoryYard) -> None:
    with five.store.read() as tx:
        pages = [
            [one.username for one in list_accounts(tx, five.account.id, limit=2, offset=offset)]
            for offset in (0, 2, 4, 6, 10**30)
        ]
        assert count_accounts(tx, five.account.id) == 5

    assert pages == [["ada", "grace"], ["ada", "alan"], ["alan"], [], []]


def test_their_devices_come_with_them(five: MemoryYard) -> None:
    with five.store.read() as tx:
        listed = list_accounts(tx, five.account.id)
        devices = devices_of(tx, listed)

        assert devices_of(tx, []) == {}
    assert [devices[one.device_id].serial for one in listed if one.device_id] == ["d1", "d2"]
