"""Sets of pages at a target: what is written, and what everybody sees there."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from shared.errors import GiveWay
from shared.links.connector import NotSeen
from shared.links.connectors.pages import open_connector
from shared.links.order import Link, Order
from shared.links.service import Service
from shared.settings import Settings
from shared.sites.outcome import NotAccepted
from tests.sites.link_target import KEY, WEBSITE, Notes, Target, order, shown_target

LIST = {
    "pages": [
        {"title": "One", "content": "First.\n\nSee https://a.example/?x=1&y=2."},
        {"title": "Two <i>", "content": "<script>alert(1)</script>"},
        {"title": "Three"},
    ]
}


@pytest.fixture
def target(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The target."""
    with shown_target(settings, tmp_path_factory.mktemp("pages")) as made:
        yield made


def publish(target: Target, wanted: Order, notes: Notes | None = None) -> Link:
    """What one attempt makes."""
    connector = open_connector(target.settings)
    connector.check(wanted)
    return connector.publish(wanted, notes or Notes())


def stack(config: dict[str, Any] | None = None, **site: str) -> Order:
    """One set of pages."""
    return order(Service.STACKING, config, kind="pages", **site)


class Reader(HTMLParser):
    """What a page has: its elements, where its links of each sort lead, its text."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.canonical = self.robots = self.text = ""
        self.elements: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.add(tag)
        if tag == "a":
            self.links.append(given["href"])
        if tag == "link" and given["rel"] == "canonical":
            self.canonical = given["href"]
        if tag == "meta" and given.get("name") == "robots":
            self.robots = given["content"]

    def handle_data(self, data: str) -> None:
        self.text += data


def pages(target: Target) -> dict[str, Reader]:
    """The pages by their names, as everybody sees them."""
    read = {}
    for file in sorted((target.folder / KEY).iterdir()):
        read[file.name] = Reader()
        read[file.name].feed(file.read_text(encoding="utf-8"))
    return read


def test_without_more_words_three_pages_link_in_a_chain_and_to_the_website(target: Target) -> None:
    base = f"{target.web.url}/{KEY}"
    link = publish(target, stack())
    assert link == Link(post=f"{base}/index.html", note="3 pages were written and seen.")
    made = pages(target)
    one, two, three = f"{base}/index.html", f"{base}/page-2.html", f"{base}/page-3.html"
    in_text = [WEBSITE]
    assert [page.links for page in made.values()] == [
        [*in_text, WEBSITE, two],
        [*in_text, WEBSITE, one, three],
        [*in_text, WEBSITE, two],
    ]
    assert [page.canonical for page in made.values()] == [one, two, three]
    assert {page.robots for page in made.values()} == {"index, follow"}
    assert all("Red bicycles" in page.text for page in made.values())


def test_in_a_tier_the_first_page_alone_links_to_the_website(target: Target) -> None:
    base = f"{target.web.url}/{KEY}"
    publish(target, stack({**LIST, "layout": "tier"}))
    made = pages(target)
    assert made["index.html"].links[-3:] == [WEBSITE, f"{base}/page-2.html", f"{base}/page-3.html"]
    assert made["page-2.html"].links == [f"{base}/index.html"]
    assert made["page-3.html"].links == [f"{base}/index.html"]


def test_what_a_campaign_says_is_text_and_never_markup(target: Target) -> None:
    publish(target, stack(LIST))
    made = pages(target)
    assert "script" not in made["page-2.html"].elements
    assert "<script>alert(1)</script>" in made["page-2.html"].text
    assert "Two <i>" in made["page-2.html"].text
    assert made["index.html"].links[0] == "https://a.example/?x=1&y=2"


def test_every_page_is_fetched_back_once(target: Target) -> None:
    publish(target, stack({"pages": 2}))
    assert target.web.asked == [f"GET /{KEY}/index.html", f"GET /{KEY}/page-2.html"]


def test_a_second_attempt_writes_the_same_files(target: Target) -> None:
    notes = Notes()
    publish(target, stack(LIST), notes)
    before = {file: file.read_bytes() for file in target.folder.rglob("*.html")}
    publish(target, stack(LIST), notes)
    assert {file: file.read_bytes() for file in target.folder.rglob("*")
            if file.is_file()} == before  # fmt: skip


def test_a_page_that_does_not_show_is_looked_at_again(target: Target) -> None:
    target.web.statuses[f"/{KEY}/page-2.html"] = 404
    with pytest.raises(NotSeen, match=r"page-2\.html"):
        publish(target, stack())
    target.web.statuses.clear()
    assert publish(target, stack()).post


def test_a_page_that_shows_something_else_is_not_taken_for_it(target: Target) -> None:
    target.web.put("parked.html", "<p>This domain is for sale.")
    target.web.redirect(f"{KEY}/index.html", "/parked.html")
    with pytest.raises(NotSeen):
        publish(target, stack())


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"pages": 0}, "pages"),
        ({"pages": 51}, "pages"),
        ({"pages": True}, "pages"),
        ({"pages": "three"}, "pages"),
        ({"pages": []}, "pages"),
        ({"pages": ["One"]}, r"pages\[0\]"),
        ({"pages": [{"title": " "}]}, r"pages\[0\]"),
        ({"pages": [{"title": "x" * 256}]}, r"pages\[0\]\.title"),
        ({"layout": "wheel"}, "layout"),
        ({"language": '"><script>'}, "language"),
    ],
    ids=[
        "none", "too-many", "bool", "word", "empty", "no-object", "no-title", "long-title",
        "layout", "language",
    ],
)  # fmt: skip
def test_a_word_that_cannot_be_meant_is_named(
    target: Target, config: dict[str, Any], field: str
) -> None:
    with pytest.raises(NotAccepted, match=rf"^config\.{field}: "):
        publish(target, stack(config))
    assert list(target.folder.iterdir()) == []


def test_a_key_that_would_lead_elsewhere_is_refused(target: Target) -> None:
    with pytest.raises(NotAccepted, match=r"^key: "):
        publish(target, order(Service.STACKING, key="../x", kind="pages"))


def test_an_attempt_that_lost_its_task_writes_nothing(target: Target) -> None:
    with pytest.raises(GiveWay):
        publish(target, stack(), Notes(taken_away=True))
    assert list(target.folder.iterdir()) == []
