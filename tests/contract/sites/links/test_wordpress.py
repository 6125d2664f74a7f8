"""Posts and profiles on a blog of WordPress: a strict one, and a real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from html import unescape
from typing import Any

import httpx
import pytest

from shared.errors import GiveWay
from shared.links.choice import open_connector
from shared.links.connector import NotSeen, SignInRefused
from shared.links.connectors.wordpress import NOT_SHOWN
from shared.links.service import Service
from shared.settings import Settings
from shared.sites.outcome import NotAccepted, TryLater
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
from tests.sites.link_target import WEBSITE, Notes
from tests.sites.real_wordpress import RealWordPress
from tests.sites.wordpress_programs import Blog
from tests.sites.wordpress_server import HTML, WordPressServer, page, refused
from tests.sites.wordpress_task import LinkTask, Site

pytestmark = pytest.mark.timeout(600)  # the first run installs a WordPress
Task = Callable[..., LinkTask]


@pytest.fixture
def strict() -> Iterator[WordPressServer]:
    """The blog that checks all that it is asked."""
    with running(WordPressServer()) as blog:
        yield blog


@pytest.fixture(params=["strict", "real"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """Either."""
    if request.param == "strict":
        yield request.getfixturevalue("strict")
        return
    with closing(RealWordPress(request.getfixturevalue("real_blog"))) as blog, running(blog):
        yield blog


@pytest.fixture
def task(settings: Settings) -> Task:
    """A task on a blog."""
    return lambda site, **words: LinkTask(settings, site, **words)


def test_a_post_is_there_with_all_its_words(site: Site, task: Task) -> None:
    link = task(site).run()
    (post,) = site.posts()
    assert (unescape(post.title), post.status) == ("How Red bicycles are made & sold", "publish")
    address = WEBSITE.replace("&", "&amp;")
    assert post.content == (
        f'<p>They are red &amp; cheap.</p>\n<p>See <a href="{address}">{address}</a> now.</p>'
    )
    assert post.fields["excerpt"] == "In short: red."
    assert [unescape(name) for name in site.names("categories", post)] == ["R & D"]
    assert sorted(site.names("tags", post)) == ["bicycles", "red"]
    assert (link.post, link.note) == (f"{site.url}/{post.slug}/", "")
    assert httpx.get(link.post).is_success


def test_another_attempt_finds_what_the_first_made_without_its_notes(
    site: Site, task: Task
) -> None:
    first = task(site).run()
    assert task(site).run() == first
    assert len(site.posts()) == 1
    assert site.count("create") == 1


@pytest.mark.parametrize("fault", [broken(after=True), CUT_AFTER], ids=["500", "cut"])
def test_a_post_whose_answer_got_lost_is_found_and_not_sent_again(
    site: Site, task: Task, fault: Fault
) -> None:
    attempt = task(site)
    site.misbehave("create", fault)
    assert isinstance(attempt.failure(), TryLater)
    link = attempt.run()
    assert [f"{site.url}/{post.slug}/" for post in site.posts()] == [link.post]
    assert site.count("create") == 1


@pytest.mark.parametrize(
    "fault",
    [
        SLOW_AFTER,
        refused(503, "unavailable", after=True),
        Fault(page("<b>Warning</b>: a plugin"), after=True),
    ],
    ids=["slow", "503", "html"],
)
def test_nor_is_one_after_another_odd_answer(
    strict: WordPressServer, task: Task, fault: Fault
) -> None:
    attempt = task(strict)
    strict.misbehave("create", fault)
    assert isinstance(attempt.failure(0.5), TryLater)
    attempt.run()
    assert (len(strict.posts()), strict.count("create")) == (1, 1)


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        *(
            pytest.param(call, broken(), id=f"{call} 500")
            for call in ("page", "me", "posts", "terms", "add_term", "create", "shown")
        ),
        pytest.param("create", CUT, id="create cut"),
        pytest.param("create", CUT_MIDWAY, id="create midway"),
    ],
)
def test_what_did_not_arrive_is_sent_again_and_once(
    strict: WordPressServer, task: Task, fault: Fault, call: str
) -> None:
    attempt = task(strict)
    strict.misbehave(call, fault)
    assert attempt.failure().retryable
    attempt.run()
    assert len(strict.posts()) == 1


def test_of_two_attempts_at_once_the_later_takes_its_post_back(site: Site, task: Task) -> None:
    class Overtaken(Notes):
        """Another attempt posts just before this one does."""

        def note(self, **facts: Any) -> None:
            if "account" in facts:
                task(site).run()
            super().note(**facts)

    link = task(site, notes=Overtaken()).run()
    assert site.count("create") == 2
    assert [f"{site.url}/{post.slug}/" for post in site.posts()] == [link.post]


def test_nothing_is_sent_by_an_attempt_that_lost_its_task(site: Site, task: Task) -> None:
    with pytest.raises(GiveWay):
        task(site, notes=Notes(taken_away=True)).run()
    assert site.posts() == []


def test_a_profile_has_the_text_and_the_website(site: Site, task: Task) -> None:
    task(site).run()  # a blog shows nobody a user without posts
    words = {"about": "Red bicycles & more: {website}"}
    attempt = task(site, service=Service.ENTITY, config=words)
    link = attempt.run()
    assert unescape(site.profile["url"]) == WEBSITE
    assert unescape(site.profile["description"]) == f"Red bicycles & more: {WEBSITE}"
    assert link.profile.startswith(f"{site.url}/author/")
    assert (link.post, link.note) == ("", "")
    assert attempt.run() == link


def test_a_profile_that_the_theme_hides_is_made_and_that_is_said(
    strict: WordPressServer, task: Task
) -> None:
    strict.hides_website = True
    assert task(strict, service=Service.ENTITY).run().note == NOT_SHOWN


def test_a_website_that_the_blog_does_not_keep_is_not_seen(
    strict: WordPressServer, task: Task
) -> None:
    attempt = task(strict, service=Service.ENTITY)
    user = Reply(200, {"id": 1, "url": "", "link": f"{strict.url}/author/ann/"})
    strict.misbehave("me", Fault(user), Fault(user))
    assert isinstance(attempt.failure(), NotSeen)


@pytest.mark.parametrize("service", [Service.ENTITY, Service.BLOG20])
@pytest.mark.parametrize("words", [{"password": "not the canary's"}, {"username": "nobody"}])
def test_a_wrong_name_or_password_is_refused_and_not_tried_again(
    site: Site, task: Task, service: Service, words: dict[str, str]
) -> None:
    assert isinstance(task(site, service=service, **words).failure(), SignInRefused)
    assert site.posts() == []


def test_a_password_that_is_refused_as_forbidden_is_one_that_is_not_taken(
    strict: WordPressServer, task: Task
) -> None:
    strict.misbehave("me", refused(403, "incorrect_password"))
    assert isinstance(task(strict).failure(), SignInRefused)


@pytest.mark.parametrize(
    "fault",
    [
        refused(403, "rest_cannot_create"),
        refused(404, "rest_no_route"),
        refused(400, "rest_invalid_param"),
        Fault(Reply(301, {}, {"Location": "https://elsewhere.example/"})),
    ],
    ids=["forbidden", "no route", "invalid", "redirect"],
)
@pytest.mark.parametrize("call", ["me", "create"])
def test_what_the_blog_refuses_is_not_tried_again(
    strict: WordPressServer, task: Task, fault: Fault, call: str
) -> None:
    attempt = task(strict)
    strict.misbehave(call, fault)
    error = attempt.failure()
    assert isinstance(error, NotAccepted)
    assert "<strong>" not in error.message
    assert attempt.notes.noted.get("account") is None


def test_a_user_who_may_not_publish_is_refused(real_blog: Blog, task: Task) -> None:
    with closing(RealWordPress(real_blog, role="contributor")) as site, running(site):
        error = task(site, config={}).failure()
        assert isinstance(error, NotAccepted)
        assert "403" in error.message
        assert site.posts() == []


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("call", ["page", "me", "create"])
def test_a_blog_that_is_busy_is_asked_again_when_it_says(
    strict: WordPressServer, task: Task, status: int, call: str
) -> None:
    strict.misbehave(call, refused(status, "busy", headers={"Retry-After": "7"}))
    error = task(strict).failure()
    assert isinstance(error, TryLater)
    assert error.delay_seconds == 7


@pytest.mark.parametrize("call", ["me", "posts"])
@pytest.mark.parametrize(
    "answer", [page("<h1>Sign in</h1>"), Reply(200, [7]), Reply(200, {"id": None})],
    ids=["page", "list", "object"],
)  # fmt: skip
def test_what_is_not_the_api_s_is_no_answer(
    strict: WordPressServer, task: Task, call: str, answer: Reply
) -> None:
    strict.misbehave(call, Fault(answer))
    error = task(strict).failure()
    assert isinstance(error, TryLater)
    assert "not WordPress's" in error.message


@pytest.mark.parametrize("plain", [False, True], ids=["permalinks", "plain"])
@pytest.mark.parametrize("announced", ["header", "html"])
def test_the_api_is_found_as_the_page_says(
    strict: WordPressServer, task: Task, announced: str, plain: bool
) -> None:
    strict.announced, strict.plain_permalinks = announced, plain
    task(strict).run()
    assert len(strict.posts()) == 1


def test_the_api_is_found_where_every_blog_has_it(strict: WordPressServer, task: Task) -> None:
    strict.announced = ""
    strict.misbehave("root", broken())
    attempt = task(strict)
    assert isinstance(attempt.failure(), TryLater)
    attempt.run()
    assert strict.calls[2:5] == ["page", "root", "me"]


def test_a_site_without_the_api_never_gets_the_password(
    strict: WordPressServer, task: Task
) -> None:
    strict.announced = ""
    strict.misbehave("root", Fault(page("<h1>Another kind of site</h1>")))
    error = task(strict).failure()
    assert isinstance(error, NotAccepted)
    assert "does not offer WordPress's REST API" in error.message
    assert strict.calls == ["page", "root"]


def test_an_api_on_another_host_never_gets_the_password(
    strict: WordPressServer, task: Task
) -> None:
    link = '<https://elsewhere.example/wp-json/>; rel="https://api.w.org/"'
    strict.misbehave("page", Fault(Reply(200, b"<html>", {**HTML, "Link": link})))
    error = task(strict).failure()
    assert isinstance(error, NotAccepted)
    assert "elsewhere.example" in error.message
    assert strict.calls == ["page"]


def test_a_post_that_does_not_show_the_link_is_looked_at_again(
    strict: WordPressServer, task: Task
) -> None:
    attempt = task(strict)
    strict.hides_posts = True
    assert isinstance(attempt.failure(), NotSeen)
    strict.hides_posts = False
    attempt.run()
    assert len(strict.posts()) == 1


def test_a_post_that_waits_for_a_review_is_not_seen(strict: WordPressServer, task: Task) -> None:
    strict.first_status = "pending"
    error = task(strict).failure()
    assert isinstance(error, NotSeen)
    assert "pending" in error.message


def test_a_post_is_known_by_its_number_where_a_plugin_changed_its_address(
    strict: WordPressServer, task: Task
) -> None:
    attempt = task(strict)
    attempt.run()
    strict.posted[0].slug = "red-bicycles"
    assert attempt.run().post == f"{strict.url}/red-bicycles/"
    assert len(strict.posts()) == 1


def test_a_post_that_was_removed_meanwhile_is_made_anew(
    strict: WordPressServer, task: Task
) -> None:
    attempt = task(strict)
    attempt.run()
    strict.posted.clear()
    attempt.run()
    assert len(strict.posts()) == 1


def test_terms_that_the_user_may_not_make_are_left_out_and_that_is_said(
    real_blog: Blog, task: Task
) -> None:
    words = {"categories": "Not there yet", "tags": ["blue"]}
    with closing(RealWordPress(real_blog, role="author")) as site, running(site):
        attempt = task(site, config=words)
        site.misbehave("create", CUT_AFTER)
        attempt.failure()
        link = attempt.run()
        (post,) = site.posts()
        assert site.names("tags", post) == ["blue"]
        assert link.note == "Not there, and the user may not make them: Not there yet."


def test_a_link_is_not_made_again_in_another_account(strict: WordPressServer, task: Task) -> None:
    error = task(strict, notes=Notes({"account": f"9@{strict.url}"})).failure()
    assert error.code == "OUTCOME_UNKNOWN"
    assert strict.count("create") == 0


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"config": {"tags": 7}}, "config.tags"),
        ({"config": {"categories": ["a", None]}}, "config.categories"),
        ({"config": {"content": ["x"]}}, "config.content"),
        ({"url": "ftp://blog.example"}, "url"),
        ({"username": " "}, "username"),
    ],
    ids=["tags", "categories", "content", "url", "username"],
)
def test_what_no_blog_can_take_is_refused_by_its_field(
    strict: WordPressServer, task: Task, settings: Settings, words: dict[str, Any], field: str
) -> None:
    order = task(strict, **words).order()
    with pytest.raises(NotAccepted, match=f"^{field}: "):
        open_connector(order, settings).check(order)
    assert strict.calls == []
