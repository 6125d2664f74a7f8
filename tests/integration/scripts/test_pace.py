"""Accounts and devices are used by one task at a time, and accounts pause between their posts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from shared.clock import FakeClock
from shared.db import Transaction
from shared.social.account import SocialAccount, get_numbered
from shared.social.pace import keep_pace
from shared.social.registration import change_account
from shared.tasks.status import Status
from tests.posting_yard import FalsePlatform, PostingYard
from workers.scripts.posting import settle


@pytest.fixture(autouse=True)
def _material(yard: PostingYard) -> None:
    yard.material("clip.mp4")


def test_one_task_of_an_account_is_handed_out_at_a_time(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    ann, bob = yard.social(), yard.social("bob")
    first, second, other = yard.order(ann), yard.order(ann), yard.order(bob)

    assert set(yard.hand_out()) == {first, other}
    assert yard.hand_out() == []
    assert yard.task(second).status is Status.PENDING


def test_one_task_of_a_device_is_handed_out_at_a_time_whatever_its_account(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    device = yard.device()
    first = yard.order(yard.social(), device)
    yard.order(yard.social("bob"), device)

    assert yard.hand_out() == [first]


def test_an_account_pauses_between_its_posts(
    yard: PostingYard, platform: FalsePlatform, clock: FakeClock
) -> None:
    ann, bob = yard.social(pause_seconds=90.0), yard.social("bob")
    for social in (ann, ann, bob):
        yard.order(social)

    yard.work()
    assert len(platform.posts) == 2
    clock.advance(89)
    yard.work()
    assert len(platform.posts) == 2
    clock.advance(1)
    yard.work()
    assert len(platform.posts) == 3


def test_the_pause_begins_in_the_commit_that_completes_the_post(
    yard: PostingYard, platform: FalsePlatform, clock: FakeClock
) -> None:
    social = yard.social(pause_seconds=90.0)
    task = yard.done(social)

    closed = yard.closure(social.mutex)

    assert closed is not None
    assert task.completed_at is not None
    assert closed.until == task.completed_at + timedelta(seconds=90)
    assert closed.reason == "The account ann pauses 90 s between two posts."


def test_a_full_day_ends_at_the_accounts_own_midnight(
    yard: PostingYard, platform: FalsePlatform, clock: FakeClock
) -> None:
    social = yard.social(daily_cap=2, timezone="America/New_York")
    for _ in range(5):
        yard.order(social)

    yard.work()
    assert len(platform.posts) == 2
    closed = yard.closure(social.mutex)
    assert closed is not None
    assert closed.until == datetime(2030, 1, 1, 5, tzinfo=UTC)
    clock.advance(5 * 3600 - 1)
    yard.work()
    assert len(platform.posts) == 2
    clock.advance(1)
    yard.work()
    assert len(platform.posts) == 4


def test_a_post_that_failed_costs_no_pause_and_no_part_of_the_day(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    social = yard.social(daily_cap=1, pause_seconds=90.0)
    platform.troubles.append("refused")
    yard.order(social)
    yard.order(social)

    yard.work()

    assert len(platform.posts) == 1


def test_a_pause_that_was_shortened_ends_sooner_and_one_that_is_left_is_kept(
    yard: PostingYard, platform: FalsePlatform, clock: FakeClock
) -> None:
    social = yard.social(pause_seconds=3600.0)
    for _ in range(2):
        yard.order(social)
    yard.work()
    assert len(platform.posts) == 1

    for seconds, posts in ((600.0, 1), (5.0, 2)):
        clock.advance(10)
        with yard.store.begin() as tx:
            change_account(tx, yard.yard.settings, yard.account(social), pause_seconds=seconds)
        yard.work()
        assert len(platform.posts) == posts


def test_a_pause_goes_on_over_midnight(
    yard: PostingYard, platform: FalsePlatform, clock: FakeClock
) -> None:
    social = yard.social(pause_seconds=3600.0)
    clock.advance(86_400 - 60)
    yard.order(social)
    yard.order(social)
    yard.work()
    clock.advance(120)
    with yard.store.begin() as tx:
        change_account(tx, yard.yard.settings, yard.account(social), pause_seconds=600.0)

    yard.work()

    assert len(platform.posts) == 1
    closed = yard.closure(social.mutex)
    assert closed is not None
    assert closed.until == clock.now() + timedelta(seconds=480)


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_pace_that_changes_while_a_post_is_completed_holds(
    yard: PostingYard, platform: FalsePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    social = yard.social(pause_seconds=3600.0)

    def change() -> None:
        with yard.store.begin() as tx:
            mine = get_numbered(tx, yard.account_id, social.number, for_update=True)
            change_account(tx, yard.yard.settings, mine, pause_seconds=0.0)

    owner = Thread(target=change)

    def keep_pace_meanwhile(tx: Transaction, account: SocialAccount) -> None:
        owner.start()
        owner.join(1.0)
        keep_pace(tx, account)

    monkeypatch.setattr(settle, "keep_pace", keep_pace_meanwhile)
    yard.done(social)
    owner.join(30.0)
    assert yard.closure(social.mutex) is None


def test_a_cap_of_none_posts_nothing_today(yard: PostingYard, platform: FalsePlatform) -> None:
    social = yard.social(daily_cap=0)
    task = yard.done(social)
    assert (task.status, task.retry_count) == (Status.PENDING, 0)
    assert platform.attempts == []


def test_posts_on_a_device_alone_have_no_pace(yard: PostingYard, platform: FalsePlatform) -> None:
    device = yard.device(adb=True)
    for _ in range(3):
        yard.order(None, device)
    yard.work()
    assert len(platform.posts) == 3
