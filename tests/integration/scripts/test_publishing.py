"""A post is published once, whatever happens on the way; and what that says to other tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.accounts.account import create_account
from shared.clock import FakeClock
from shared.devices.device import add_device, change_device
from shared.errors import GiveWay, Refused
from shared.sites.outcome import NotAccepted
from shared.social.account import add_social_account, change_social_account
from shared.social.registration import change_account
from shared.tasks import dispatch
from shared.tasks.draft import Accepted, Draft
from shared.tasks.status import Status
from shared.tasks.submission import Answer
from tests.memory_yard import Roomy
from tests.posting_yard import TOKEN, FalsePlatform, Killed, PostingYard
from workers.scripts.post import POST
from workers.scripts.posting.spintax import spin


def test_a_post_is_published_and_its_result_says_where(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    content = yard.material("clip.mp4")

    task = yard.done(yard.social(), captions="{Hi|Hello} #new")

    assert task.status is Status.COMPLETED, task.error
    (post,) = platform.posts
    assert task.result == {
        "publisher": "mastodon",
        "url": f"https://social.example/{task.id}",
        "id": task.id,
        "caption": post.caption,
        "media": [{"name": "clip.mp4", "sha256": content}],
        "notes": ["no sound"],
    }
    assert post.caption == spin("{Hi|Hello} #new", seed=task.id)
    assert (post.key, post.number) == (task.id, task.number)


def test_the_configuration_reaches_the_publisher(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    yard.material("clip.mp4")
    yard.done(
        yard.social(), placement="story", post_way="useSound", sound_name="Waves",
        add_sound="custom", custom_sound_keyword="sea", origin_sound_volume=1,
        add_sound_volume=2, add_product_link=1, upload_wait_time=3, sound_wait_time=4,
    )  # fmt: skip

    (post,) = platform.posts

    assert (post.placement, post.way, post.product_link) == ("story", "useSound", True)
    assert (post.sound.choice, post.sound.name, post.sound.keyword) == ("custom", "Waves", "sea")
    assert (post.sound.original_volume, post.sound.added_volume) == (1, 2)
    assert (post.upload_wait_seconds, post.sound_wait_seconds) == (3, 4)


@pytest.mark.parametrize("trouble", ["cut", "killed before", "killed after"])
def test_an_attempt_that_ends_badly_leads_to_one_post(
    yard: PostingYard, platform: FalsePlatform, trouble: str, clock: FakeClock
) -> None:
    yard.material("first.mp4")
    yard.material("second.mp4")
    platform.troubles.append(trouble)
    task_id = yard.order(yard.social(), captions="{a|b|c|d}")
    if trouble == "cut":
        yard.work()
    else:
        context = yard.begin(task_id)
        with pytest.raises(Killed):
            yard.run(context)
        yard.lose()
    clock.advance(61)
    yard.work()

    assert yard.task(task_id).status is Status.COMPLETED
    assert [post.key for post in platform.posts] == [task_id]
    first, second = (post for post, _ in platform.attempts)
    assert (first.caption, [m.sha256 for m in first.media]) == (
        second.caption, [m.sha256 for m in second.media],
    )  # fmt: skip
    assert len(yard.uses(task_id)) == 1


def test_a_manual_retry_publishes_what_was_chosen_first(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    yard.material("first.mp4")
    platform.troubles.append("refused")
    social = yard.social()
    failed = yard.done(social, captions="{a|b|c|d|e|f}")
    yard.material("second.mp4")
    assert failed.status is Status.FAILED

    yard.memory.restart(failed.id)
    yard.work()

    assert yard.task(failed.id).status is Status.COMPLETED
    first, second = (post for post, _ in platform.attempts)
    assert first.caption == second.caption
    assert platform.files == [["first.mp4"]]


def test_an_attempt_that_was_replaced_sends_nothing(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    yard.material("clip.mp4")
    task_id = yard.order(yard.social())
    old = yard.begin(task_id, holder="old/1")
    platform.meanwhile = lambda: yard.lose("old/1")

    with pytest.raises(GiveWay, match="another attempt"):
        yard.run(old)
    assert platform.posts == []

    platform.meanwhile = lambda: None
    yard.work()
    assert [post.key for post in platform.posts] == [task_id]


def test_a_post_that_is_stopped_before_it_is_sent_is_not_sent(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    yard.material("clip.mp4")
    task_id = yard.order(yard.social())
    platform.meanwhile = lambda: yard.memory.cancel(task_id)

    yard.work()

    assert yard.task(task_id).status is Status.CANCELED
    assert platform.posts == []


def test_too_many_requests_make_the_whole_account_wait_as_long_as_the_platform_says(
    yard: PostingYard, platform: FalsePlatform, clock: FakeClock
) -> None:
    yard.material("clip.mp4")
    social = yard.social()
    platform.troubles.append("busy")
    first, second = yard.order(social), yard.order(social)

    yard.work()

    task = yard.task(first)
    assert (task.status, task.retry_count) == (Status.PENDING, 1)
    assert task.not_before is not None
    assert task.not_before >= clock.now() + timedelta(seconds=120)
    assert yard.task(second).attempt == 0
    closed = yard.closure(social.mutex)
    assert closed is not None
    assert closed.until == clock.now() + timedelta(seconds=120)
    clock.advance(121)
    yard.work()
    assert {yard.task(one).status for one in (first, second)} == {Status.COMPLETED}


def test_a_delay_of_more_than_a_day_is_taken_for_nonsense(
    yard: PostingYard, platform: FalsePlatform, clock: FakeClock
) -> None:
    yard.material("clip.mp4")
    social = yard.social()
    platform.troubles.append("busy for years")

    yard.done(social)

    closed = yard.closure(social.mutex)
    assert closed is not None
    assert closed.until == clock.now() + timedelta(days=1)


def test_a_credential_that_was_revoked_fails_the_post_and_the_others_wait_for_a_new_one(
    yard: PostingYard, platform: FalsePlatform, clock: FakeClock
) -> None:
    yard.material("clip.mp4")
    social = yard.social()
    platform.troubles.append("logged out")
    first, second = yard.order(social), yard.order(social)

    yard.work()

    task = yard.task(first)
    assert task.error == {
        "code": "LOGGED_OUT", "message": "The platform does not take the token.",
    }  # fmt: skip
    assert not yard.account(social).logged_in
    closed = yard.closure(social.mutex)
    assert closed is not None
    assert closed.until is None
    assert "logged out" in closed.reason
    clock.advance(3600)
    assert yard.hand_out() == []

    with yard.store.begin() as tx:
        new = {"instance": "https://social.example", "access_token": "b"}
        change_account(tx, yard.yard.settings, yard.account(social), credential=new)
    yard.work()
    assert yard.task(second).status is Status.COMPLETED


def test_a_credential_that_was_replaced_meanwhile_is_tried_next(
    yard: PostingYard, platform: FalsePlatform, clock: FakeClock
) -> None:
    yard.material("clip.mp4")
    social = yard.social()
    platform.troubles.append("logged out")

    def replace_credential() -> None:
        with yard.store.begin() as tx:
            change_social_account(tx, yard.account(social), credential="sealed:1:AAAA")

    platform.meanwhile = replace_credential
    task = yard.done(social)

    assert (task.status, task.retry_count) == (Status.PENDING, 1)
    assert yard.account(social).logged_in


def test_a_credential_that_cannot_be_opened_is_told_and_not_shown(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    yard.material("clip.mp4")
    social = yard.social()
    with yard.store.begin() as tx:
        change_social_account(tx, social, credential="sealed:1:AAAA")

    task = yard.done(social)

    assert task.status is Status.FAILED
    assert task.error is not None
    assert task.error["code"] == "CREDENTIAL_SEALED"
    assert platform.attempts == []


def test_a_device_that_does_not_answer_keeps_its_tasks_waiting(
    yard: PostingYard, platform: FalsePlatform, clock: FakeClock
) -> None:
    yard.material("clip.mp4")
    device = yard.device(adb=True)
    platform.name = "adb"
    platform.troubles.extend(["offline", "offline"])
    task_id = yard.order(None, device)

    yard.work()

    task = yard.task(task_id)
    assert (task.status, task.retry_count, task.error) == (Status.PENDING, 0, None)
    assert not yard.phone(device).online
    closed = yard.closure(device.mutex)
    assert closed is not None
    assert closed.reason == "The device device_1 is not connected."
    assert closed.until == clock.now() + timedelta(seconds=30)
    clock.advance(31)
    yard.work()
    assert yard.task(task_id).attempt == 2
    clock.advance(31)
    yard.work()
    assert yard.task(task_id).status is Status.COMPLETED
    assert yard.phone(device).online


def test_a_device_that_refuses_a_post_is_online(yard: PostingYard, platform: FalsePlatform) -> None:
    yard.material("clip.mp4")
    device = yard.device(adb=True)
    with yard.store.begin() as tx:
        change_device(tx, device, online=False)
    platform.troubles.append("refused")

    assert yard.done(None, device).status is Status.FAILED
    assert yard.phone(device).online


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"enabled": False}, "is disabled"), ({"logged_in": False}, "is logged out")],
)
def test_an_account_in_which_nothing_may_be_posted_keeps_its_tasks_waiting(
    yard: PostingYard, platform: FalsePlatform, given: dict[str, Any], sentence: str
) -> None:
    yard.material("clip.mp4")
    social = yard.social(**given)

    task = yard.done(social)

    assert (task.status, task.retry_count) == (Status.PENDING, 0)
    closed = yard.closure(social.mutex)
    assert closed is not None
    assert sentence in closed.reason
    assert platform.attempts == []


def test_a_post_that_the_platform_can_never_take_fails_at_once(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    yard.material("clip.mp4")
    platform.refuses = lambda post: "The caption is too long." if len(post.caption) > 3 else None

    task = yard.done(yard.social(), captions="four")

    assert (task.status, task.retry_count) == (Status.FAILED, 0)
    assert task.error == {"code": "NOT_ACCEPTED", "message": "The caption is too long."}
    assert yard.uses(task.id) == []


def test_a_platform_that_repeats_the_token_tells_it_to_nobody(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    yard.material("clip.mp4")

    def refuse() -> None:
        raise NotAccepted(f"Malformed access token {TOKEN['access_token']}: look.")

    platform.meanwhile = refuse
    task = yard.done(yard.social())
    assert task.error == {"code": "NOT_ACCEPTED", "message": "Malformed access token …: look."}


def test_a_begun_post_is_not_published_elsewhere_when_the_credential_is_gone(
    yard: PostingYard, platform: FalsePlatform, clock: FakeClock
) -> None:
    yard.material("clip.mp4")
    social = yard.social()
    platform.troubles.append("cut")
    task = yard.done(social)
    with yard.store.begin() as tx:
        change_social_account(tx, yard.account(social), credential=None)
    clock.advance(61)

    yard.work()

    task = yard.task(task.id)
    assert task.status is Status.FAILED
    assert task.error is not None
    assert task.error["code"] == "CREDENTIAL_MISSING"
    assert not (yard.yard.settings.home / "outbox").exists()


def test_an_account_that_was_removed_fails_the_post(
    yard: PostingYard, platform: FalsePlatform
) -> None:
    social = yard.social()
    other = yard.order(social)
    foreign = yard.memory.open_account("other")
    with yard.store.begin() as tx:
        change_social_account(tx, social, account_id=foreign.id)

    yard.work()

    task = yard.task(other)
    assert task.status is Status.FAILED
    assert task.error is not None
    assert task.error["code"] == "NOT_FOUND"
    assert platform.attempts == []


@pytest.mark.parametrize("key", ["social_id", "device_id"])
@pytest.mark.parametrize("value", ["no id", "018f0000-0000-7000-8000-000000000001", "foreign"])
def test_a_task_whose_place_is_not_its_owners_is_refused(
    yard: PostingYard, key: str, value: str
) -> None:
    if value == "foreign":
        with yard.store.begin() as tx:
            other = create_account(tx, "other")
            social = add_social_account(tx, yard.yard.settings, other.id, "mastodon", "ann")
            value = social.id if key == "social_id" else add_device(tx, other.id, "phone").id
    own = yard.social()

    answers = submitted(
        yard, {"social_id": own.id}, {key: value}, {"social_id": own.id, key: value}
    )

    assert isinstance(answers[0], Accepted)
    assert [a.field for a in answers[1:] if isinstance(a, Refused)] == [f"content.{key}"] * 2


def test_a_task_without_a_place_is_refused(yard: PostingYard) -> None:
    (answer,) = submitted(yard, {"username": "ann"})

    assert isinstance(answer, Refused)
    assert (
        str(answer)
        == "content.device_id or content.social_id is required: a script runs somewhere."
    )


def submitted(yard: PostingYard, *places: dict[str, str]) -> list[Answer]:
    """The answers to posts in ``places``, stored in one commit."""
    payloads = [POST.payload.load({**place, "config": {}}) for place in places]
    account_id = yard.account_id
    drafts = [
        Draft(account_id=account_id, task_type=POST, payload=payload, dialect="buyers")
        for payload in payloads
    ]
    return dispatch.submit(yard.yard, drafts, Roomy())


def test_what_ends_too_late_changes_nothing(yard: PostingYard, platform: FalsePlatform) -> None:
    yard.material("clip.mp4")
    social = yard.social(pause_seconds=60.0)
    task_id = yard.order(social)
    context = yard.begin(task_id)
    yard.run(context)
    yard.lose()
    assert yard.closure(social.mutex) is None

    yard.work()

    assert [post.key for post in platform.posts] == [task_id]
    assert yard.closure(social.mutex) is not None
    assert dispatch.release(yard.yard, "post") == 0
