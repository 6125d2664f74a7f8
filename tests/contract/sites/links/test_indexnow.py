"""Pages that search engines are told of: what is sent, and what becomes of each answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from shared.errors import GiveWay, TaskError
from shared.links.connector import NotSeen, SignInRefused
from shared.links.connectors.indexnow import IndexNowConnector, open_connector
from shared.links.indexing_check import is_indexable
from shared.links.order import Link, Order
from shared.links.service import Service
from shared.settings import Settings
from shared.sites.outcome import NotAccepted, TryLater
from tests.sites.faulty_site import CUT, CUT_AFTER, Fault, Reply, broken, running
from tests.sites.indexnow_server import IndexNowServer
from tests.sites.link_target import Notes, Target, order, shown_target

HOST_KEY = "0123456789abcdef"


@dataclass
class Engine:
    """An endpoint, and a host whose pages it is told of; the host is none of the operator's."""

    site: IndexNowServer
    target: Target

    @property
    def settings(self) -> Settings:
        """Settings with which both may be asked."""
        return self.target.settings

    def page(self, name: str = "page.html", content: str = "<p>Hello", **headers: str) -> str:
        """A page of the host."""
        return self.target.web.put(name, content, **headers)

    def order(self, url: str, task: str = "one", key: str = HOST_KEY, **config: Any) -> Order:
        """The announcement of a page."""
        words = {"key": key, "endpoint": self.site.endpoint, **config}
        return order(Service.INDEXING, words, task, url=url, kind="indexnow")

    def publish(self, wanted: Order, notes: Notes | None = None) -> Link:
        """What one attempt makes."""
        connector = open_connector(self.settings)
        connector.check(wanted)
        return connector.publish(wanted, notes or Notes())

    def failed(self, wanted: Order, notes: Notes | None = None) -> TaskError:
        """What one attempt raises."""
        with pytest.raises(TaskError) as caught:
            self.publish(wanted, notes)
        return caught.value


@pytest.fixture
def engine(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The engine, and a host that shows its key."""
    folder = tmp_path_factory.mktemp("host")
    with shown_target(settings, folder) as target, running(IndexNowServer()) as site:
        target.settings = replace(target.settings, link_targets=())
        target.web.put(f"{HOST_KEY}.txt", f"{HOST_KEY}\n")
        yield Engine(site, target)


@pytest.mark.parametrize("looks_later", [False, True], ids=["200", "202"])
def test_a_page_is_announced_with_its_hosts_key(engine: Engine, looks_later: bool) -> None:
    engine.site.looks_later = looks_later
    page = engine.page()
    assert engine.publish(engine.order(page)) == Link(post=page)
    assert engine.site.told == [
        {
            "host": engine.target.web.url.removeprefix("http://"),
            "key": HOST_KEY,
            "keyLocation": f"{engine.target.web.url}/{HOST_KEY}.txt",
            "urlList": [page],
        }
    ]


def test_a_sites_user_name_may_be_the_key(engine: Engine) -> None:
    wanted = engine.order(engine.page())
    site = replace(wanted.site, username=HOST_KEY)
    engine.publish(replace(wanted, site=site, config={"endpoint": engine.site.endpoint}))
    assert engine.site.told[0]["key"] == HOST_KEY


def test_many_pages_of_a_host_are_one_request(engine: Engine) -> None:
    pages = [engine.page(f"page-{number}.html") for number in range(5)]
    orders = [engine.order(page, page) for page in [*pages, pages[0]]]
    connector = open_connector(engine.settings)
    made = connector.publish_many(orders, [Notes() for _ in orders])
    assert made == [Link(post=page) for page in [*pages, pages[0]]]
    assert [body["urlList"] for body in engine.site.told] == [pages]


def test_a_request_has_no_more_pages_than_are_taken(engine: Engine) -> None:
    pages = [engine.page(f"page-{number}.html") for number in range(5)]
    connector = IndexNowConnector(engine.settings, most_urls=2)
    made = connector.publish_many([engine.order(p, p) for p in pages], [Notes() for _ in pages])
    assert made == [Link(post=page) for page in pages]
    assert [len(body["urlList"]) for body in engine.site.told] == [2, 2, 1]


def test_what_is_wrong_with_one_order_is_no_matter_to_the_others(engine: Engine) -> None:
    good, other = engine.page("good.html"), engine.page("other.html")
    engine.target.web.put("wrong-key-0.txt", "something else")
    orders = [
        engine.order(good),
        engine.order(f"{engine.target.web.url}/missing.html", "two"),
        engine.order("ftp://a.example/", "three"),
        engine.order(good, "four"),
        engine.order(other, "five", "wrong-key-0"),
    ]
    notes = [Notes(), Notes(), Notes(), Notes(taken_away=True), Notes()]
    made = open_connector(engine.settings).publish_many(orders, notes)
    assert made[0] == Link(post=good)
    assert [type(each) for each in made[1:]] == [NotSeen, NotAccepted, GiveWay, SignInRefused]
    assert [body["urlList"] for body in engine.site.told] == [[good]]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, NotAccepted),
        (403, SignInRefused),
        (422, NotAccepted),
        (429, TryLater),
        (500, TryLater),
        (503, TryLater),
    ],
)
def test_each_refusal_has_its_meaning(engine: Engine, status: int, error: type[TaskError]) -> None:
    fault = Fault(Reply(status, {"message": "no"}, {"Retry-After": "90"}))
    engine.site.misbehave("submit", fault)
    raised = engine.failed(engine.order(engine.page()))
    assert type(raised) is error
    assert str(status) in raised.message
    assert raised.delay_seconds == (90 if raised.retryable else None)


@pytest.mark.parametrize("fault", [CUT, CUT_AFTER, broken(after=True)], ids=["cut", "after", "500"])
def test_after_an_answer_that_got_lost_the_page_is_announced_again(
    engine: Engine, fault: Fault
) -> None:
    notes, wanted = Notes(), engine.order(engine.page())
    engine.site.misbehave("submit", fault)
    assert isinstance(engine.failed(wanted, notes), TryLater)
    assert engine.publish(wanted, notes).post == wanted.site.url


def test_what_was_accepted_is_not_sent_again(engine: Engine) -> None:
    notes, wanted = Notes(), engine.order(engine.page())
    first = engine.publish(wanted, notes)
    assert engine.publish(wanted, notes) == first
    assert engine.site.count("submit") == 1


@pytest.mark.parametrize("content", [None, "another-key", f"x{HOST_KEY}"])
def test_nothing_is_sent_while_the_host_does_not_show_the_key(
    engine: Engine, content: str | None
) -> None:
    file = engine.target.folder / f"{HOST_KEY}.txt"
    file.unlink() if content is None else file.write_text(content)
    raised = engine.failed(engine.order(engine.page()))
    assert (type(raised), f"/{HOST_KEY}.txt" in raised.message) == (SignInRefused, True)
    assert engine.site.calls == []


def test_a_key_file_in_a_folder_is_good_for_that_folder(engine: Engine) -> None:
    location = engine.target.web.put(f"blog/{HOST_KEY}.txt", HOST_KEY)
    page = engine.page("blog/page.html")
    assert engine.publish(engine.order(page, key_location=location)).post == page
    with pytest.raises(NotAccepted, match=r"config\.key_location: .*/blog/ only"):
        engine.publish(engine.order(engine.page(), key_location=location))


def test_for_a_page_of_a_target_the_key_file_is_written_there(
    engine: Engine, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with shown_target(settings, tmp_path_factory.mktemp("own")) as target:
        page = target.web.put("018f/index.html", "<p>Hello")
        wanted = replace(engine.order(page), config={"endpoint": engine.site.endpoint})
        connector = open_connector(target.settings)
        assert connector.publish(wanted, Notes()).post == page
        (file,) = target.folder.glob("*.txt")
        assert engine.site.told[0]["keyLocation"] == f"{target.web.url}/{file.name}"
        assert file.read_text() == file.stem == engine.site.told[0]["key"]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"key": ""}, "config.key: give the key"),
        ({"key": "short"}, "config.key: a key has 8 to 128"),
        ({"key": 7}, "config.key: give a text"),
        ({"key_location": "https://elsewhere.example/k.txt"}, "config.key_location: "),
        ({"endpoint": "file:///etc/passwd"}, "config.endpoint: "),
    ],
    ids=["none", "short", "number", "elsewhere", "file"],
)
def test_a_word_that_cannot_be_meant_is_named(
    engine: Engine, config: dict[str, Any], message: str
) -> None:
    wanted = engine.order(engine.page())
    with pytest.raises(NotAccepted, match=f"^{message}"):
        engine.publish(replace(wanted, config={**wanted.config, **config}))


def test_a_page_that_may_not_be_indexed_is_announced_and_said_so(engine: Engine) -> None:
    page = engine.page(content='<meta name="robots" content="noindex">')
    link = engine.publish(engine.order(page))
    assert link.note == "It may not be indexed: The page's meta robots says noindex."


@pytest.mark.parametrize(
    ("content", "headers", "robots", "why"),
    [
        ("<p>Hello", {}, None, ""),
        ("<p>Hello", {}, "User-agent: *\nDisallow: /private/\n", ""),
        ("<p>Hello", {}, "User-agent: *\nDisallow: /page\n", "The host's robots.txt forbids it."),
        ("<p>Hello", {"X_Robots_Tag": "nofollow, NOINDEX"}, None, "X-Robots-Tag says noindex"),
        ("<p>Hello", {"X_Robots_Tag": "oddbot: noindex"}, None, ""),
        ("<p>Hello", {"X_Robots_Tag": "unavailable_after: 1 Jan 2030, none"}, None, "says none"),
        ("<meta name='Robots' content='nofollow, none'>", {}, None, "meta robots says none"),
        ("<!-- <meta name='robots' content='noindex'> -->", {}, None, ""),
        ("<link rel=canonical href='/page.html#top'>", {}, None, ""),
        ("<link rel=canonical href='/other.html'>", {}, None, "another address as the canonical"),
        ("<p>Hello", {"Link": '</other.html>; rel="canonical"'}, None, "another address"),
    ],
    ids=[
        "plain", "elsewhere", "robots", "header", "other-robot", "valued", "meta", "comment",
        "canonical", "canonical-elsewhere", "canonical-header",
    ],
)  # fmt: skip
def test_a_page_is_looked_at_for_what_engines_obey(
    engine: Engine, content: str, headers: dict[str, str], robots: str | None, why: str
) -> None:
    page = engine.page(content=content, **headers)
    if robots is not None:
        engine.target.web.put("robots.txt", robots)
    allowed, told = is_indexable(engine.settings, page)
    assert allowed == (why == "")
    assert why in told if why else told == ""


@pytest.mark.parametrize(
    ("status", "why"),
    [(404, "status 404"), (500, "status 500"), (302, "redirects to /elsewhere.html")],
)
def test_a_page_that_does_not_answer_is_not_indexable(
    engine: Engine, status: int, why: str
) -> None:
    page = engine.page()
    engine.target.web.redirect("page.html", "/elsewhere.html")
    engine.target.web.statuses["/page.html"] = status
    allowed, told = is_indexable(engine.settings, page)
    assert (allowed, why in told) == (False, True)


def test_rules_that_cannot_be_read_keep_engines_away(engine: Engine) -> None:
    page = engine.page()
    engine.target.web.statuses["/robots.txt"] = 503
    assert is_indexable(engine.settings, page) == (
        False,
        "The host's robots.txt cannot be read, so engines keep away.",
    )


def test_a_page_in_a_private_network_is_not_looked_at(engine: Engine) -> None:
    page = engine.page()
    engine.target.web.asked.clear()
    allowed, told = is_indexable(replace(engine.settings, allow_networks=()), page)
    assert (allowed, "public internet" in told) == (False, True)
    assert engine.target.web.asked == []
