"""Notes and articles on a site that speaks Micropub, once, whatever happens on the way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from shared.errors import GiveWay, TaskError
from shared.links.article import slug
from shared.links.choice import open_connector
from shared.links.connector import NotSeen, SignInRefused
from shared.links.connectors.micropub import UNKNOWN, MicropubConnector
from shared.links.order import Link, Order
from shared.links.service import Service
from shared.settings import Settings
from shared.sites.outcome import NotAccepted, TryLater
from tests.servers import free_port
from tests.sites.faulty_site import (
    CUT,
    CUT_AFTER,
    CUT_MIDWAY,
    SLOW_AFTER,
    Fault,
    Reply,
    broken,
    running,
)
from tests.sites.link_target import KEY, LOOPBACK, WEBSITE, Notes, order
from tests.sites.micropub_server import ENDPOINT, HTML, TOKEN, MicropubServer, refused

ARTICLE = {
    "title": "How {name} are made",
    "content": "<p>They are <a href='{website}'>red</a>.</p>",
    "excerpt": "In short: red.",
    "tags": "red, bicycles",
}
LOST = [
    pytest.param(broken(after=True), id="500"),
    pytest.param(CUT_AFTER, id="cut"),
    pytest.param(SLOW_AFTER, id="slow"),
    pytest.param(refused(503, after=True), id="503"),
    pytest.param(Fault(Reply(201, {}), after=True), id="no location"),
]


@dataclass
class LinkTask:
    """One task, attempt after attempt."""

    settings: Settings
    url: str
    service: Service = Service.SOCIAL
    config: Mapping[str, Any] = field(default_factory=dict)
    notes: Notes = field(default_factory=Notes)
    token: str = TOKEN

    def order(self) -> Order:
        """What is wanted."""
        words = {"url": self.url, "kind": "micropub", "password": self.token}
        return order(self.service, self.config, KEY, **words)

    def run(self, answer_seconds: float = 20.0) -> Link:
        """One more attempt."""
        settings = replace(self.settings, allow_networks=(LOOPBACK,))
        return MicropubConnector(settings, answer_seconds).publish(self.order(), self.notes)

    def failure(self, answer_seconds: float = 20.0) -> TaskError:
        """The error in which one more attempt ends; neither it nor the notes tell the token."""
        with pytest.raises(TaskError) as caught:
            self.run(answer_seconds)
        assert self.token not in f"{caught.value.message} {json.dumps(self.notes.noted)}"
        return caught.value


Task = Callable[..., LinkTask]


@pytest.fixture
def server() -> Iterator[MicropubServer]:
    """The site, which has to find all that it is asked right."""
    with running(MicropubServer()) as site:
        yield site


@pytest.fixture
def task(settings: Settings, server: MicropubServer) -> Task:
    """A task there."""
    return lambda **words: LinkTask(settings, **{"url": server.url, **words})


def test_a_note_is_posted_with_the_link(server: MicropubServer, task: Task) -> None:
    attempt = task(config={"text": "Red ones: {website}", "tags": ["red"]})
    link = attempt.run()
    (entry,) = server.posted
    assert entry.properties == {
        "content": [f"Red ones: {WEBSITE}"],
        "category": ["red"],
        "mp-slug": [slug(attempt.order())],
    }
    assert (link.post, link.profile, link.note) == (server.url + entry.path, "", "")


def test_an_article_is_posted_with_its_title_and_its_html(
    server: MicropubServer, task: Task
) -> None:
    attempt = task(service=Service.BLOG20, config=ARTICLE)
    attempt.run()
    (entry,) = server.posted
    address = WEBSITE.replace("&", "&amp;")
    assert entry.properties == {
        "name": ["How Red bicycles are made"],
        "content": [{"html": f"<p>They are <a href='{address}'>red</a>.</p>"}],
        "summary": ["In short: red."],
        "category": ["red", "bicycles"],
        "mp-slug": [slug(attempt.order())],
    }


@pytest.mark.parametrize("announced", ["header", "html"])
def test_the_endpoint_is_the_one_that_the_page_names(
    server: MicropubServer, task: Task, announced: str
) -> None:
    server.announced = announced
    task().run()
    assert server.calls == ["page", "source", "create", "shown"]


def test_the_address_may_be_the_endpoint_itself(server: MicropubServer, task: Task) -> None:
    link = task(url=server.url + ENDPOINT).run()
    assert server.calls == ["bare", "source", "create", "shown"]
    assert link.post == server.url + server.posted[0].path


def test_a_post_that_is_there_is_not_made_again(server: MicropubServer, task: Task) -> None:
    attempt = task()
    assert attempt.run() == attempt.run()
    assert server.count("create") == 1


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("takes_slugs", [True, False], ids=["own slug", "other slug"])
def test_a_post_whose_answer_got_lost_is_found_in_the_list(
    server: MicropubServer, task: Task, fault: Fault, takes_slugs: bool
) -> None:
    server.takes_slugs = takes_slugs
    server.add("an older one")
    attempt = task(service=Service.BLOG20, config=ARTICLE)
    server.misbehave("create", fault)
    assert isinstance(attempt.failure(0.5), TryLater)
    server.add("by hand")
    link = attempt.run()
    assert link.post == server.url + server.posted[1].path
    assert server.count("create") == 1


def test_a_post_whose_answer_got_lost_is_found_on_the_page(
    server: MicropubServer, task: Task
) -> None:
    server.lists, server.page_lists = "", True
    attempt = task()
    server.misbehave("create", CUT_AFTER)
    attempt.failure()
    assert attempt.run().post == server.url + server.posted[0].path
    assert server.count("create") == 1


@pytest.mark.parametrize(
    ("lists", "takes_slugs"),
    [("", True), ("", False), ("oldest first", False)],
    ids=["no list", "no list and another slug", "a list whose end is not seen"],
)
@pytest.mark.parametrize("fault", [CUT, CUT_AFTER], ids=["not made", "made"])
def test_where_the_site_does_not_tell_the_task_fails_and_posts_nothing_more(
    server: MicropubServer, task: Task, lists: str, takes_slugs: bool, fault: Fault
) -> None:
    server.lists, server.takes_slugs = lists, takes_slugs
    for number in range(25):
        server.add(f"an older one {number}")
    attempt = task()
    server.misbehave("create", fault)
    assert isinstance(attempt.failure(), TryLater)
    error = attempt.failure()
    assert (error.code, error.message, error.retryable) == ("OUTCOME_UNKNOWN", UNKNOWN, False)
    assert server.count("create") == 1


def test_a_new_post_with_the_link_in_other_words_leaves_it_open(
    server: MicropubServer, task: Task
) -> None:
    attempt = task()
    server.misbehave("create", CUT)
    attempt.failure()
    server.add(f"by hand, of the same: {WEBSITE}")
    assert attempt.failure().code == "OUTCOME_UNKNOWN"


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        *(pytest.param(call, broken(), id=f"{call} 500") for call in ("page", "create", "shown")),
        pytest.param("source", CUT, id="source cut"),
        pytest.param("create", CUT, id="create cut"),
        pytest.param("create", CUT_MIDWAY, id="create midway"),
    ],
)
@pytest.mark.parametrize("older", [0, 2])
def test_what_did_not_arrive_is_sent_again_and_once(
    server: MicropubServer, task: Task, call: str, fault: Fault, older: int
) -> None:
    for number in range(older):
        server.add(f"an older one {number}")
    attempt = task()
    server.misbehave(call, fault)
    assert attempt.failure().retryable
    attempt.run()
    assert len(server.posted) == older + 1


@pytest.mark.parametrize("lists", ["newest first", ""], ids=["list", "no list"])
@pytest.mark.parametrize(
    "fault",
    [refused(429, headers={"Retry-After": "7"}), Fault(Reply(408, {}))],
    ids=["429", "408"],
)
def test_what_was_refused_for_now_is_sent_again_without_doubt(
    server: MicropubServer, task: Task, lists: str, fault: Fault
) -> None:
    server.lists = lists
    attempt = task()
    server.misbehave("create", fault)
    assert isinstance(attempt.failure(), TryLater)
    attempt.run()
    assert len(server.posted) == 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("call", ["page", "create"])
def test_a_site_that_is_busy_is_asked_again_when_it_says(
    server: MicropubServer, task: Task, status: int, call: str
) -> None:
    server.misbehave(call, refused(status, headers={"Retry-After": "7"}))
    assert task().failure().delay_seconds == 7


def test_what_cannot_be_sent_for_now_is_not_noted_as_sent(
    server: MicropubServer, task: Task
) -> None:
    gone = f"http://127.0.0.1:{free_port()}/micropub"
    link = Reply(200, b"<html>", {**HTML, "Link": f'<{gone}>; rel="micropub"'})
    server.misbehave("page", Fault(link))
    attempt = task()
    assert isinstance(attempt.failure(), TryLater)
    assert attempt.notes.noted.get("sent") is not True
    attempt.run()
    assert len(server.posted) == 1


@pytest.mark.parametrize(
    "token", ["not the canary", "canary é", "canary\r\nX: y"], ids=["other", "no ascii", "lines"]
)
def test_a_wrong_token_is_refused_and_not_tried_again(
    server: MicropubServer, task: Task, token: str
) -> None:
    assert isinstance(task(token=token).failure(), SignInRefused)
    assert server.posted == []


def test_a_token_that_may_only_create_posts_is_enough(server: MicropubServer, task: Task) -> None:
    server.misbehave("source", refused(401, "insufficient_scope"))
    task().run()
    assert len(server.posted) == 1


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ("create", refused(403, "forbidden")),
        ("create", refused(400, "invalid_request")),
        ("create", Fault(Reply(302, {}, {"Location": "https://elsewhere.example/"}))),
        ("page", Fault(Reply(302, {}, {"Location": "https://elsewhere.example/"}))),
        ("page", Fault(Reply(404, {}))),
    ],
    ids=["403", "400", "redirect", "redirected page", "no page"],
)
def test_what_the_site_refuses_is_not_tried_again(
    server: MicropubServer, task: Task, call: str, fault: Fault
) -> None:
    attempt = task()
    server.misbehave(call, fault)
    assert isinstance(attempt.failure(), NotAccepted)
    assert not attempt.notes.noted.get("sent")
    assert server.posted == []


def test_a_post_that_appears_later_is_looked_at_until_then(
    server: MicropubServer, task: Task
) -> None:
    server.status = 202
    attempt = task()
    assert isinstance(attempt.failure(), NotSeen)
    assert isinstance(attempt.failure(), NotSeen)
    server.status = 201
    attempt.run()
    assert server.count("create") == 1


def test_a_post_that_does_not_show_the_link_is_not_seen(server: MicropubServer, task: Task) -> None:
    server.hides_posts = True
    attempt = task()
    assert isinstance(attempt.failure(), NotSeen)
    server.hides_posts = False
    attempt.run()
    assert len(server.posted) == 1


def test_nothing_is_sent_by_an_attempt_that_lost_its_task(
    server: MicropubServer, task: Task
) -> None:
    with pytest.raises(GiveWay):
        task(notes=Notes(taken_away=True)).run()
    assert server.posted == []


def test_a_link_is_not_made_again_at_another_endpoint(server: MicropubServer, task: Task) -> None:
    noted = {"account": "https://elsewhere.example/micropub", "sent": True, "before": []}
    assert task(notes=Notes(noted)).failure().code == "OUTCOME_UNKNOWN"
    assert server.posted == []


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"config": {"tags": 7}}, "config.tags"),
        ({"config": {"text": 7}}, "config.text"),
        ({"url": "ftp://site.example"}, "url"),
    ],
    ids=["tags", "text", "url"],
)
def test_what_no_site_can_take_is_refused_by_its_field(
    task: Task, settings: Settings, words: dict[str, Any], field: str
) -> None:
    order = task(**words).order()
    with pytest.raises(NotAccepted, match=f"^{field}: "):
        open_connector(order, settings).check(order)
