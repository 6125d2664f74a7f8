"""What gets lost on the way to Instagram: one task makes one post all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.errors import GiveWay
from shared.sites.outcome import TryLater
from tests.sites.attempts import Attempts
from tests.sites.faulty_site import (
    CUT,
    CUT_AFTER,
    CUT_MIDWAY,
    SLOW,
    SLOW_AFTER,
    Fault,
    broken,
)
from tests.sites.instagram_answers import not_taken
from tests.sites.instagram_server import InstagramServer


@pytest.fixture
def site(instagram_site: InstagramServer) -> InstagramServer:
    return instagram_site


@pytest.fixture
def task(instagram_task: Attempts) -> Attempts:
    return instagram_task


LOSSES = [
    ("limit", CUT),
    ("create", CUT),
    ("create", CUT_AFTER),
    ("create", broken(after=True)),
    ("upload", CUT),
    ("upload", CUT_MIDWAY),
    ("upload", CUT_AFTER),
    ("upload", broken(after=True)),
    ("upload", not_taken(retriable=True)),
    ("upload", SLOW_AFTER),
    ("container", CUT),
    ("container", broken()),
    ("container", SLOW),
    ("publish", CUT),
    ("publish", CUT_AFTER),
    ("publish", broken()),
    ("publish", broken(after=True)),
    ("publish", SLOW_AFTER),
]


@pytest.mark.parametrize(
    ("call", "fault"), LOSSES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_one_task_makes_one_post_whatever_answer_gets_lost(
    site: InstagramServer, task: Attempts, call: str, fault: Fault, clip: bytes
) -> None:
    site.misbehave(call, fault)
    assert task.failed().retryable
    published = task.run()
    (posted,) = site.posts
    assert (published.url, published.id) == (posted.permalink, posted.id)
    assert bytes(posted.container.received) == clip


@pytest.mark.parametrize("fault", [CUT, CUT_AFTER, broken(), broken(after=True)], ids=range(4))
def test_one_task_makes_one_story_as_well(
    site: InstagramServer, task: Attempts, fault: Fault
) -> None:
    task.post = replace(task.post, placement="story")
    site.misbehave("publish", fault)
    assert task.failed().retryable
    published = task.run()
    (posted,) = site.posts
    assert (published.url, published.id) == (posted.permalink, posted.id)


def test_an_upload_goes_on_where_it_was_cut(
    site: InstagramServer, task: Attempts, clip: bytes
) -> None:
    site.misbehave("upload", CUT_MIDWAY)
    task.failed()
    arrived = len(site.containers[task.noted["instagram"]["id"]].received)
    assert arrived == len(clip) // 2
    task.run()
    assert len(site.containers) == 1
    assert bytes(site.posts[0].container.received) == clip


def test_a_container_that_takes_no_more_is_made_anew(site: InstagramServer, task: Attempts) -> None:
    site.misbehave("upload", not_taken(retriable=False))
    assert isinstance(task.failed(), TryLater)
    assert task.run().url
    assert (len(site.containers), len(site.posts)) == (2, 1)


def test_the_container_is_noted_before_it_is_published(
    site: InstagramServer, task: Attempts
) -> None:
    site.misbehave("publish", CUT)
    task.failed()
    noted = task.noted["instagram"]
    assert noted["id"] in site.containers
    assert noted["publishing_at"] <= noted["unanswered_at"]


def test_a_task_that_is_stopped_by_then_is_not_published(
    site: InstagramServer, task: Attempts
) -> None:
    task.stopped_after = 1
    with pytest.raises(GiveWay):
        task.run()
    assert site.posts == []


def test_a_post_is_found_even_where_nobody_knows_its_address_yet(
    site: InstagramServer, task: Attempts
) -> None:
    site.misbehave("publish", CUT_AFTER)
    task.failed()
    hidden = site.posts.pop()
    published = task.run()
    assert (published.url, published.id) == ("", hidden.container.id)


def test_an_older_post_of_the_same_caption_is_not_taken_for_this_one(
    site: InstagramServer, task: Attempts
) -> None:
    site.add_post("Hi #new", ago=timedelta(minutes=1))
    site.misbehave("publish", CUT)
    task.failed()
    published = task.run()
    assert published.id == site.posts[-1].id
    assert len(site.posts) == 2


def test_a_post_that_is_there_already_is_not_published_although_its_container_looks_unused(
    site: InstagramServer, task: Attempts
) -> None:
    site.misbehave("publish", CUT)
    task.failed()
    there = site.add_post("Hi #new")
    assert task.run().id == there.id
    assert site.count("publish") == 1


def test_a_container_that_expired_is_made_anew(site: InstagramServer, task: Attempts) -> None:
    site.misbehave("publish", CUT)
    task.failed()
    site.expire()
    assert "24 hours" in str(task.failed())
    assert task.run().url
    assert len(site.posts) == 1


def test_a_container_that_nobody_knows_is_made_anew_unless_it_may_have_been_published(
    site: InstagramServer, task: Attempts
) -> None:
    site.misbehave("upload", CUT)
    task.failed()
    site.containers.clear()
    assert isinstance(task.failed(), TryLater)
    site.misbehave("publish", CUT_AFTER)
    task.failed()
    site.containers.clear()
    error = task.failed()
    assert (error.code, error.retryable) == ("OUTCOME_UNKNOWN", False)
    assert len(site.posts) == 1
