"""Posts by the platforms' own APIs, from the order to the post and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from shared.clock import FakeClock
from shared.sealed import seal
from shared.settings import Settings
from shared.social.account import SocialAccount, change_social_account
from shared.tasks.status import Status
from tests.posting_yard import PostingYard
from tests.sites.faulty_site import CUT_AFTER, running
from tests.sites.instagram_server import InstagramServer
from tests.sites.tiktok_server import TikTokServer, refused

CONTENT = b"a film"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings of a yard that may ask this host."""
    return replace(settings, allow_networks=(ip_network("127.0.0.0/8"),))


@pytest.fixture
def tiktok() -> Iterator[TikTokServer]:
    """TikTok, which is quick."""
    with running(TikTokServer()) as site:
        site.processing_looks = 0
        yield site


@pytest.fixture
def instagram() -> Iterator[InstagramServer]:
    """Instagram, which is quick."""
    with running(InstagramServer()) as site:
        site.processing_looks = 0
        yield site


def account(yard: PostingYard, platform: str, credential: dict[str, Any]) -> SocialAccount:
    """An account there, and a film to post."""
    yard.material("clip.mp4", content=CONTENT)
    social = yard.social(platform=platform, with_token=False)
    with yard.store.begin() as tx:
        given = seal(yard.yard.settings, social.id, credential)
        return change_social_account(tx, social, credential=given)


def test_a_post_is_made_on_tiktok(yard: PostingYard, tiktok: TikTokServer) -> None:
    task = yard.done(account(yard, "tiktok", tiktok.credential), captions="Hi #new")
    assert task.status is Status.COMPLETED, task.error
    assert task.result
    assert (task.result["publisher"], task.result["caption"]) == ("tiktok", "Hi #new")
    assert task.result["url"].startswith("https://www.tiktok.com/@someone/video/")
    assert [bytes(sent.received) for sent in tiktok.posts] == [CONTENT]


def test_a_post_is_made_on_instagram(yard: PostingYard, instagram: InstagramServer) -> None:
    social = account(yard, "instagram", instagram.credential)
    task = yard.done(social, captions="Hi", placement="story")
    assert task.status is Status.COMPLETED, task.error
    assert task.result
    assert task.result["url"] == instagram.posts[0].permalink
    assert task.result["notes"] == ["Instagram's API takes no caption for stories."]


def test_a_connection_cut_after_the_last_part_makes_no_second_post(
    yard: PostingYard, tiktok: TikTokServer, clock: FakeClock
) -> None:
    tiktok.misbehave("chunk", CUT_AFTER)
    task = yard.done(account(yard, "tiktok", tiktok.credential))
    assert task.status is Status.PENDING
    clock.advance(61)
    yard.work()
    assert yard.task(task.id).status is Status.COMPLETED
    assert len(tiktok.sent) == 1


def test_a_connection_cut_after_publishing_makes_no_second_post(
    yard: PostingYard, instagram: InstagramServer, clock: FakeClock
) -> None:
    instagram.misbehave("publish", CUT_AFTER)
    task = yard.done(account(yard, "instagram", instagram.credential))
    assert task.status is Status.PENDING
    clock.advance(61)
    yard.work()
    assert yard.task(task.id).status is Status.COMPLETED
    assert len(instagram.posts) == 1


def test_a_revoked_credential_logs_the_account_out_and_its_other_posts_wait(
    yard: PostingYard, tiktok: TikTokServer
) -> None:
    social = account(yard, "tiktok", tiktok.credential)
    tiktok.revoke()
    first, second = yard.order(social), yard.order(social)
    yard.work()
    assert yard.task(first).status is Status.FAILED
    assert yard.task(second).status is Status.PENDING
    assert not yard.account(social).logged_in
    assert yard.closure(social.mutex)


def test_the_delay_that_a_platform_asks_for_is_kept_by_the_account(
    yard: PostingYard, tiktok: TikTokServer, clock: FakeClock
) -> None:
    social = account(yard, "tiktok", tiktok.credential)
    tiktok.misbehave("init", refused(429, "rate_limit_exceeded", Retry_After="97"))
    task = yard.done(social)
    clock.advance(96)
    yard.work()
    assert yard.task(task.id).status is Status.PENDING
    clock.advance(2)
    yard.work()
    assert yard.task(task.id).status is Status.COMPLETED
    assert len(tiktok.posts) == 1


def test_a_renewed_token_is_there_for_the_next_post(
    yard: PostingYard, tiktok: TikTokServer
) -> None:
    social = account(yard, "tiktok", tiktok.credential)
    tiktok.expire()
    assert yard.done(social).status is Status.COMPLETED
    opened = yard.account(social).opened(yard.yard.settings)
    assert opened
    assert opened["access_token"] == tiktok.access_token
    assert opened["refresh_token"] == tiktok.refresh_token
