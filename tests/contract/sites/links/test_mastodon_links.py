"""What is asked of a Mastodon server for a link, and what becomes of whatever it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from shared.errors import GiveWay, TaskError
from shared.links.connector import NotSeen, SignInRefused
from shared.links.connectors.mastodon import MEMBERS_ONLY, NO_ROW, MastodonLinks
from shared.links.order import Link
from shared.links.service import Service
from shared.settings import Settings
from shared.sites.outcome import NotAccepted, TryLater
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
from tests.sites.mastodon_server import TOKEN, MastodonServer, refused

Task = Callable[..., LinkTask]
TEXT = f"{CAMPAIGN}\n{WEBSITE}"
PROFILE = "https://example.social/@ann"


@pytest.fixture
def server() -> Iterator[MastodonServer]:
    """The server, which has to find all that it is asked right."""
    with running(MastodonServer()) as site:
        yield site


@pytest.fixture
def social(settings: Settings, server: MastodonServer) -> Task:
    """A task that posts a link."""
    return lambda **fields: task_at(settings, Service.SOCIAL, server, **fields)


@pytest.fixture
def entity(settings: Settings, server: MastodonServer) -> Task:
    """A task that writes a profile."""
    return lambda **fields: task_at(settings, Service.ENTITY, server, **fields)


def task_at(
    settings: Settings, service: Service, server: MastodonServer, **fields: Any
) -> LinkTask:
    """A task at ``server``."""
    given = {"url": server.url, "password": TOKEN, **fields}
    return link_task(settings, service, "mastodon", **given)


def run(task: LinkTask) -> Link:
    """One more attempt."""
    return task.run(MastodonLinks(task.settings))


def failure(task: LinkTask, answer_seconds: float = 10.0) -> TaskError:
    """The error in which one more attempt ends."""
    return task.failed(MastodonLinks(task.settings, answer_seconds))


def test_a_status_with_the_link_is_posted_and_seen(server: MastodonServer, social: Task) -> None:
    link = run(social())
    (status,) = server.posted
    assert (status.text, status.key) == (TEXT, KEY)
    assert link == Link(profile=PROFILE, post=f"{PROFILE}/{status.id}")
    assert server.calls == ["account", "instance", "statuses", "post", "status"]


@pytest.mark.parametrize(
    "fault",
    [broken(after=True), CUT_AFTER, SLOW_AFTER, refused(503, "later", after=True)],
    ids=["500", "cut", "slow", "503"],
)
@pytest.mark.parametrize("key_lasts", [True, False])
def test_a_status_whose_answer_got_lost_is_found_and_not_sent_again(
    server: MastodonServer, social: Task, fault: Fault, key_lasts: bool
) -> None:
    server.add_status(TEXT)
    task = social()
    server.misbehave("post", fault)
    assert isinstance(failure(task, 0.5), TryLater)
    for number in range(45):
        server.add_status(f"by hand {number}")
    server.add_status(f"about something else {WEBSITE}")
    if not key_lasts:
        server.keys.clear()
    link = run(task)
    (own,) = [status for status in server.posted if status.key]
    assert link.post == f"{PROFILE}/{own.id}"
    assert server.count("post") == 1


def test_where_sources_are_not_told_a_status_with_the_link_is_taken_for_the_lost_one(
    server: MastodonServer, social: Task
) -> None:
    server.tells_sources = False
    task = social()
    server.misbehave("post", CUT_AFTER)
    failure(task)
    server.keys.clear()
    run(task)
    assert [status.text for status in server.posted] == [TEXT]


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        *((call, CUT) for call in ("account", "instance", "statuses", "status")),
        *(("post", fault) for fault in (broken(), CUT, CUT_MIDWAY, SLOW)),
    ],
    ids=["account", "instance", "statuses", "status", "500", "cut", "midway", "slow"],
)
def test_what_did_not_arrive_is_sent_again_and_once(
    server: MastodonServer, social: Task, fault: Fault, call: str
) -> None:
    server.add_status(TEXT)
    task = social()
    server.misbehave(call, fault)
    assert isinstance(failure(task, 0.5), TryLater)
    run(task)
    assert [status.text for status in server.posted if status.key] == [TEXT]


@pytest.mark.parametrize("key_lasts", [True, False])
def test_a_status_that_does_not_show_is_looked_for_again_and_not_sent_again(
    server: MastodonServer, social: Task, key_lasts: bool
) -> None:
    task = social()
    server.hidden = True
    assert isinstance(failure(task), NotSeen)
    if not key_lasts:
        server.keys.clear()
    server.hidden = False
    assert run(task).post == f"{PROFILE}/{server.posted[0].id}"
    assert server.count("post") == 1


def test_a_status_that_lost_its_link_is_not_seen(server: MastodonServer, social: Task) -> None:
    task = social()
    server.misbehave("status", CUT)
    failure(task)
    server.posted[0].text = f"{WEBSITE}/elsewhere"
    error = failure(task)
    assert isinstance(error, NotSeen)
    assert f"{PROFILE}/{server.posted[0].id} does not show {WEBSITE}" in error.message
    assert server.count("post") == 1


def test_a_status_that_was_removed_is_not_made_again(server: MastodonServer, social: Task) -> None:
    task = social()
    server.misbehave("status", CUT)
    failure(task)
    server.posted.clear()
    assert isinstance(failure(task), NotSeen)
    assert server.posted == []


def test_a_status_for_members_alone_is_seen_as_one_and_told(
    server: MastodonServer, social: Task
) -> None:
    server.members_only = True
    assert run(social()).note == MEMBERS_ONLY


def test_a_status_that_may_be_in_another_account_is_not_sent_again(
    server: MastodonServer, social: Task
) -> None:
    task = social()
    server.misbehave("post", CUT_AFTER)
    failure(task)
    with running(MastodonServer()) as other:
        task.change(url=other.url)
        assert failure(task).code == "OUTCOME_UNKNOWN"
        assert other.posted == []
    task.change(url=server.url)
    run(task)
    assert len(server.posted) == 1


def test_a_status_that_was_refused_may_be_sent_to_another_account(
    server: MastodonServer, social: Task
) -> None:
    task = social()
    server.misbehave("post", refused(422, "Validation failed: Text is spam"))
    error = failure(task)
    assert isinstance(error, NotAccepted)
    assert error.message.endswith("422: Validation failed: Text is spam")
    with running(MastodonServer()) as other:
        task.change(url=other.url)
        run(task)
        assert [status.text for status in other.posted] == [TEXT]


@pytest.mark.parametrize("call", ["account", "post"])
def test_a_revoked_token_is_told(server: MastodonServer, social: Task, call: str) -> None:
    server.misbehave(call, refused(401, f"The access token {TOKEN} was revoked"))
    error = failure(social())
    assert isinstance(error, SignInRefused)
    assert "The access token … was revoked" in error.message
    assert server.posted == []


def test_without_a_token_nothing_is_asked(server: MastodonServer, social: Task) -> None:
    error = failure(social(password=""))
    assert isinstance(error, SignInRefused)
    assert error.message == "password: give an access token of the account."
    assert server.calls == []


@pytest.mark.parametrize("call", ["account", "post", "status"])
def test_a_limit_on_rate_is_kept(server: MastodonServer, social: Task, call: str) -> None:
    task = social()
    server.misbehave(call, refused(429, "Too many requests", headers={"Retry-After": "17"}))
    error = failure(task)
    assert isinstance(error, TryLater)
    assert error.delay_seconds == 17
    run(task)
    assert len(server.posted) == 1


def test_a_redirect_is_not_followed(server: MastodonServer, social: Task) -> None:
    there = {"Location": "https://elsewhere.example/api"}
    server.misbehave("post", Fault(Reply(308, {}, there)))
    error = failure(social())
    assert isinstance(error, NotAccepted)
    assert "redirects to https://elsewhere.example/api" in error.message


@pytest.mark.parametrize("call", ["account", "statuses", "post", "status"])
@pytest.mark.parametrize("content", [["what?"], {"what": "?"}], ids=["list", "object"])
def test_an_answer_that_is_not_mastodons_is_no_success(
    server: MastodonServer, social: Task, call: str, content: Any
) -> None:
    task = social()
    server.misbehave(call, Fault(Reply(200, content)))
    assert isinstance(failure(task), TryLater)
    run(task)
    assert len(server.posted) == 1


@pytest.mark.parametrize(
    ("most", "config", "told"),
    [
        (40, {"text": "x" * 17 + " {website}"}, "config.text: the site takes 40 characters, "),
        (30, {}, "name: the site takes 30 characters, these are 36."),
    ],
    ids=["text", "name"],
)
def test_the_servers_own_limits_are_kept_before_anything_is_sent(
    server: MastodonServer, social: Task, most: int, config: dict[str, str], told: str
) -> None:
    server.configuration["statuses"]["max_characters"] = most
    error = failure(social(config=config))
    assert isinstance(error, NotAccepted)
    assert error.message.startswith(told)
    assert server.count("post") == 0


def test_a_link_counts_as_the_server_counts_it(server: MastodonServer, social: Task) -> None:
    server.configuration["statuses"]["max_characters"] = 40
    text = "x" * 16 + " {website}"
    run(social(config={"text": text}, website=WEBSITE + "x" * 400))
    assert len(server.posted) == 1


def test_a_profile_gets_its_text_and_a_row_with_the_link(
    server: MastodonServer, entity: Task
) -> None:
    server.profile.rows = [("Town", "Ghent")]
    link = run(entity(about="We sell bicycles."))
    assert server.profile.note == f"We sell bicycles.\n{WEBSITE}"
    assert server.profile.rows == [("Town", "Ghent"), ("Website", WEBSITE)]
    assert link == Link(profile=PROFILE)
    assert server.calls == ["account", "instance", "update", "profile"]


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ([("Shop", "https://old.example")], [("Shop", WEBSITE)], ""),
        ([("Here", f"{WEBSITE}")], [("Here", WEBSITE)], ""),
        ([(str(n), "x") for n in range(4)], [(str(n), "x") for n in range(4)], NO_ROW),
    ],
    ids=["its label", "there", "full"],
)
def test_rows_that_are_not_the_links_stay(
    server: MastodonServer,
    entity: Task,
    before: list[tuple[str, str]],
    after: list[tuple[str, str]],
    note: str,
) -> None:
    server.profile.rows = before
    link = run(entity(config={"label": "Shop", "about": "{name}: {website}"}))
    assert server.profile.note == f"{CAMPAIGN}: {WEBSITE}"
    assert (server.profile.rows, link.note) == (after, note)


def test_a_link_too_long_for_a_row_is_in_the_text_alone(
    server: MastodonServer, entity: Task
) -> None:
    link = run(entity(website=WEBSITE + "x" * 300))
    assert (server.profile.rows, link.note) == ([], NO_ROW)


@pytest.mark.parametrize(
    "fault", [broken(after=True), CUT_AFTER, SLOW_AFTER], ids=["500", "cut", "slow"]
)
def test_a_profile_whose_answer_got_lost_is_found_as_it_should_be(
    server: MastodonServer, entity: Task, fault: Fault
) -> None:
    task = entity()
    server.misbehave("update", fault)
    assert isinstance(failure(task, 0.5), TryLater)
    assert run(task) == Link(profile=PROFILE)
    assert server.count("update") == 1


def test_a_profile_that_does_not_show_is_not_seen(server: MastodonServer, entity: Task) -> None:
    task = entity()
    server.hidden = True
    error = failure(task)
    assert isinstance(error, NotSeen)
    assert error.message == f"{PROFILE} does not show {WEBSITE} (yet)."
    server.hidden = False
    run(task)
    assert server.count("update") == 1


def test_a_profile_that_is_too_long_is_never_sent(server: MastodonServer, entity: Task) -> None:
    error = failure(entity(about="x" * 477))
    assert isinstance(error, NotAccepted)
    assert error.message == "about: the site takes 500 characters, these are 501."
    assert server.count("update") == 0


def test_a_token_that_may_not_write_the_profile_is_told(
    server: MastodonServer, entity: Task
) -> None:
    server.scopes.remove("write:accounts")
    error = failure(entity())
    assert isinstance(error, NotAccepted)
    assert "outside the authorized scopes" in error.message


@pytest.mark.parametrize("service", [Service.SOCIAL, Service.ENTITY])
def test_an_attempt_that_lost_its_task_sends_nothing(
    server: MastodonServer, settings: Settings, service: Service
) -> None:
    task = task_at(settings, service, server)
    task.taken_away = True
    with pytest.raises(GiveWay):
        run(task)
    assert (server.count("post"), server.count("update")) == (0, 0)


def test_a_server_in_a_private_network_is_refused(server: MastodonServer, social: Task) -> None:
    task = social()
    closed = MastodonLinks(replace(task.settings, allow_networks=()))
    assert "public internet" in task.failed(closed).message
    assert server.calls == []
