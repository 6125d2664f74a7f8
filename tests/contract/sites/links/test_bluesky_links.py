"""Links reach a PDS, once: a strict one, and a real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from shared.errors import GiveWay, TaskError
from shared.links.connector import NotSeen, SignInRefused
from shared.links.connectors.bluesky import BlueskyLinks
from shared.links.order import Link
from shared.links.service import Service
from shared.settings import Settings
from shared.sites.outcome import NotAccepted, TryLater
from shared.sites.record_key import record_key
from tests.sites.bluesky_server import DID, PASSWORD, BlueskyServer, refused
from tests.sites.faulty_site import (
    CUT,
    CUT_AFTER,
    CUT_MIDWAY,
    SLOW,
    SLOW_AFTER,
    Fault,
    Reply,
    broken,
    running,
)
from tests.sites.link_task import CAMPAIGN, KEY, WEBSITE, LinkTask, link_task
from tests.sites.real_pds import RealPds

pytestmark = pytest.mark.timeout(600)  # the first run installs a PDS
Server = BlueskyServer | RealPds
Task = Callable[..., LinkTask]
TEXT = f"{CAMPAIGN}\n{WEBSITE}"


@pytest.fixture
def strict() -> Iterator[BlueskyServer]:
    """The server that checks all that it is asked."""
    with running(BlueskyServer()) as site:
        yield site


@pytest.fixture(params=["strict", "real"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Either."""
    if request.param == "strict":
        yield request.getfixturevalue("strict")
        return
    with closing(RealPds(request.getfixturevalue("pds"))) as site, running(site):
        yield site


@pytest.fixture
def social(settings: Settings) -> Task:
    """A task that posts a link."""
    return lambda server, **fields: task_at(settings, Service.SOCIAL, server, **fields)


@pytest.fixture
def entity(settings: Settings) -> Task:
    """A task that writes a profile."""
    return lambda server, **fields: task_at(settings, Service.ENTITY, server, **fields)


def task_at(settings: Settings, service: Service, server: Server, **fields: Any) -> LinkTask:
    """A task at ``server``."""
    given = {
        "url": server.url,
        "username": server.credential["identifier"],
        "password": PASSWORD,
        **fields,
    }
    return link_task(settings, service, "bluesky", **given)


def run(task: LinkTask) -> Link:
    """One more attempt."""
    return task.run(BlueskyLinks(task.settings))


def failure(task: LinkTask, answer_seconds: float = 20.0) -> TaskError:
    """The error in which one more attempt ends."""
    return task.failed(BlueskyLinks(task.settings, answer_seconds))


def test_a_post_with_the_link_is_made_and_seen(server: Server, social: Task) -> None:
    link = run(social(server))
    (post,) = server.posts()
    assert post["text"] == TEXT
    assert [feature["uri"] for facet in post["facets"] for feature in facet["features"]] == [
        WEBSITE
    ]
    assert link.profile.startswith("https://bsky.app/profile/did:plc:")
    assert link.post == f"{link.profile}/post/{record_key(KEY)}"
    assert link.note == ""


@pytest.mark.parametrize(
    "fault",
    [broken(after=True), CUT_AFTER, SLOW_AFTER, refused(502, "Bad", after=True)],
    ids=["500", "cut", "slow", "502"],
)
def test_a_post_whose_answer_got_lost_is_found_and_not_sent_again(
    server: Server, social: Task, fault: Fault
) -> None:
    task = social(server)
    server.misbehave("createRecord", fault)
    assert isinstance(failure(task, 0.5), TryLater)
    assert run(task).post.endswith(record_key(KEY))
    assert len(server.posts()) == server.count("createRecord") == 1


def test_a_post_that_nobody_found_makes_no_second_one(server: Server, social: Task) -> None:
    task = social(server)
    first = run(task)
    server.misbehave("getRecord", refused(400, "RecordNotFound"))
    assert isinstance(failure(task), TryLater)
    assert run(task) == first
    assert len(server.posts()) == 1


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ("createSession", CUT),
        ("getRecord", CUT),
        *(("createRecord", fault) for fault in (broken(), CUT, CUT_MIDWAY, SLOW)),
    ],
    ids=["session", "look", "500", "cut", "midway", "slow"],
)
def test_what_did_not_arrive_is_sent_again_and_once(
    strict: BlueskyServer, social: Task, fault: Fault, call: str
) -> None:
    task = social(strict)
    strict.misbehave(call, fault)
    assert isinstance(failure(task, 0.5), TryLater)
    run(task)
    assert [post["text"] for post in strict.posts()] == [TEXT]


def test_a_post_that_does_not_show_is_not_seen(strict: BlueskyServer, social: Task) -> None:
    task = social(strict)
    strict.keeps = False
    assert isinstance(failure(task), NotSeen)
    strict.keeps = True
    run(task)
    assert len(strict.posts()) == 1


def test_a_post_that_lost_its_link_is_not_seen(strict: BlueskyServer, social: Task) -> None:
    task = social(strict)
    run(task)
    key = record_key(KEY)
    strict.records[key] = {**strict.records[key], "facets": []}
    assert isinstance(failure(task), NotSeen)


def test_a_post_that_may_be_in_another_account_is_not_made_again(
    strict: BlueskyServer, social: Task
) -> None:
    task = social(strict)
    strict.misbehave("createRecord", CUT)
    failure(task)
    task.noted["account"] = "did:plc:whose-credential-it-was-then"
    assert failure(task).code == "OUTCOME_UNKNOWN"
    assert strict.posts() == []


def test_a_post_that_was_refused_may_go_to_another_account(
    strict: BlueskyServer, social: Task
) -> None:
    task = social(strict)
    strict.misbehave("createRecord", refused(400, "InvalidRequest", "this is spam"))
    error = failure(task)
    assert isinstance(error, NotAccepted)
    assert error.message.endswith("400: InvalidRequest: this is spam")
    assert task.noted["account"] is None


def test_a_wrong_password_is_told(server: Server, social: Task) -> None:
    error = failure(social(server, password="wrong-pass-word-here"))
    assert isinstance(error, SignInRefused)
    assert "AuthenticationRequired" in error.message
    assert server.posts() == []


@pytest.mark.parametrize(
    "names", [{"username": "@ann.test"}, {"username": "", "email": "ann.test"}], ids=["@", "email"]
)
def test_an_account_goes_by_its_handle_or_its_email(
    strict: BlueskyServer, social: Task, names: dict[str, str]
) -> None:
    run(social(strict, **names))
    assert len(strict.posts()) == 1


def test_a_password_that_the_server_says_is_not_told(strict: BlueskyServer, social: Task) -> None:
    strict.misbehave("createSession", refused(401, "AuthenticationRequired", f"not {PASSWORD}"))
    error = failure(social(strict))
    assert error.message.endswith("AuthenticationRequired: not …")


@pytest.mark.parametrize("call", ["createSession", "getRecord", "createRecord"])
def test_a_limit_on_rate_is_kept(strict: BlueskyServer, social: Task, call: str) -> None:
    limit = refused(429, "RateLimitExceeded", headers={"ratelimit-reset": "300"})
    strict.misbehave(call, limit)
    error = failure(social(strict))
    assert isinstance(error, TryLater)
    assert error.delay_seconds == 300


@pytest.mark.parametrize("call", ["createSession", "getRecord", "createRecord"])
@pytest.mark.parametrize("content", [["what?"], {"what": "?"}], ids=["list", "object"])
def test_an_answer_that_is_not_the_protocols_is_no_success(
    strict: BlueskyServer, social: Task, call: str, content: Any
) -> None:
    strict.misbehave(call, Fault(Reply(200, content)))
    assert isinstance(failure(social(strict)), TryLater)


@pytest.mark.parametrize("call", ["getRecord", "createRecord"])
def test_a_redirect_is_not_followed(strict: BlueskyServer, social: Task, call: str) -> None:
    there = {"Location": "https://elsewhere.example/xrpc"}
    strict.misbehave(call, Fault(Reply(307, {}, there)))
    error = failure(social(strict))
    assert isinstance(error, NotAccepted)
    assert "redirects to https://elsewhere.example/xrpc" in error.message


def test_a_profile_that_is_none_yet_is_written(server: Server, entity: Task) -> None:
    link = run(entity(server, about="We sell bicycles."))
    profile = server.profile()
    assert profile
    assert profile["description"] == f"We sell bicycles.\n{WEBSITE}"
    assert profile["website"] == WEBSITE
    assert link.post == ""
    assert link.profile.startswith("https://bsky.app/profile/did:plc:")


def test_what_else_is_in_a_profile_stays(server: Server, entity: Task) -> None:
    run(entity(server, config={"about": "first {website}"}))
    run(entity(server, config={"about": "second {website}"}, website="https://other.example"))
    profile = server.profile()
    assert profile
    assert profile["description"] == "second https://other.example"
    assert profile["website"] == "https://other.example"


def test_a_profile_keeps_its_picture_and_what_nobody_here_knows(
    strict: BlueskyServer, entity: Task
) -> None:
    picture = {"$type": "blob", "ref": {"$link": "x"}, "mimeType": "image/png", "size": 1}
    kept = {"$type": "app.bsky.actor.profile", "avatar": picture, "pronouns": "it", "new": [1]}
    strict.own_profile = kept
    run(entity(strict))
    assert strict.own_profile == {**kept, "description": TEXT, "website": WEBSITE}


@pytest.mark.parametrize(
    "fault", [broken(after=True), CUT_AFTER, SLOW_AFTER], ids=["500", "cut", "slow"]
)
def test_a_profile_whose_answer_got_lost_is_found_as_it_should_be(
    server: Server, entity: Task, fault: Fault
) -> None:
    task = entity(server)
    server.misbehave("putRecord", fault)
    assert isinstance(failure(task, 0.5), TryLater)
    run(task)
    assert server.count("putRecord") == 1


def test_a_profile_that_somebody_changes_meanwhile_is_not_written_over(
    server: Server, entity: Task
) -> None:
    run(entity(server))
    task = entity(server, website="https://other.example")
    server.misbehave("getRecord", refused(400, "RecordNotFound"))
    error = failure(task)
    assert isinstance(error, TryLater)
    assert "InvalidSwap" in error.message
    run(task)


def test_a_profile_that_does_not_show_is_not_seen(strict: BlueskyServer, entity: Task) -> None:
    strict.keeps = False
    error = failure(entity(strict))
    assert isinstance(error, NotSeen)
    assert error.message == f"https://bsky.app/profile/{DID} is not there (yet)."


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"config": {"text": "🚲" * 300}}, "config.text: the site takes 300 characters"),
        ({"campaign": "👩‍👩‍👧‍👦" * 130}, "name: the site takes 3000 bytes"),
        ({"username": ""}, "username: give the handle"),
        ({"url": "ftp://pds.example"}, "url: "),
        ({"config": {"text": "{website}…more"}}, "config.text: "),
    ],
    ids=["graphemes", "bytes", "username", "url", "beside"],
)
def test_what_bluesky_never_takes_is_refused_before_anything_is_sent(
    strict: BlueskyServer, social: Task, change: dict[str, Any], told: str
) -> None:
    task = social(strict, **change)
    with pytest.raises(NotAccepted) as caught:
        BlueskyLinks(task.settings).check(task.order)
    assert caught.value.message.startswith(told)
    assert isinstance(failure(task), NotAccepted)
    assert strict.calls == []


def test_a_profile_has_256_characters(strict: BlueskyServer, entity: Task) -> None:
    error = failure(entity(strict, about="x" * 256))
    assert error.message.startswith("about: the site takes 256 characters")


@pytest.mark.parametrize("service", [Service.SOCIAL, Service.ENTITY])
def test_an_attempt_that_lost_its_task_sends_nothing(
    strict: BlueskyServer, settings: Settings, service: Service
) -> None:
    task = task_at(settings, service, strict)
    task.taken_away = True
    with pytest.raises(GiveWay):
        run(task)
    assert (strict.posts(), strict.profile()) == ([], None)


def test_a_server_in_a_private_network_is_refused(strict: BlueskyServer, social: Task) -> None:
    task = social(strict)
    closed = BlueskyLinks(replace(task.settings, allow_networks=()))
    assert "public internet" in task.failed(closed).message
    assert strict.calls == []
