"""Articles as HTML, from what a campaign gives."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from shared.links.article import article, labels, slug
from shared.links.order import Order, Site
from shared.links.service import Service
from shared.sites.outcome import NotAccepted

LINK = '<a href="https://shop.example/?a=1&amp;b=2">'
OWN = f"<p>{LINK}Red &amp; blue</a></p>"


def order(config: Mapping[str, object] | None = None, key: str = "one") -> Order:
    """One article."""
    return Order(
        key=key,
        service=Service.BLOG20,
        site=Site(id="1", name="A blog", url="https://blog.example", kind="wordpress"),
        website="https://shop.example/?a=1&b=2",
        campaign="Red & blue",
        config=config or {},
    )


@pytest.mark.parametrize(
    ("config", "html"),
    [
        ({}, OWN),
        ({"content": "Just words."}, f"<p>Just words.</p>\n{OWN}"),
        (
            {"text": "Words: {website}."},
            f"<p>Words: {LINK}https://shop.example/?a=1&amp;b=2</a>.</p>",
        ),
        ({"content": "1 < 2 & {name}"}, f"<p>1 &lt; 2 &amp; Red &amp; blue</p>\n{OWN}"),
        (
            {"content": "One.\n\nTwo,\nthree.", "text": "ignored"},
            f"<p>One.</p>\n<p>Two,<br>\nthree.</p>\n{OWN}",
        ),
        ({"content": "<b>{name}</b>"}, f"<b>Red &amp; blue</b>\n{OWN}"),
        ({"content": '<p><a href="{website}">x</a>'}, f"<p>{LINK}x</a>"),
        ({"content": "<p>{website}</p>"}, f"<p>https://shop.example/?a=1&amp;b=2</p>\n{OWN}"),
        (
            {"content": '<a href="https://shop.example/?a=1&b=23">x</a>'},
            f'<a href="https://shop.example/?a=1&b=23">x</a>\n{OWN}',
        ),
    ],
    ids=[
        "nothing",
        "words",
        "text",
        "marks",
        "paragraphs",
        "html",
        "html with the link",
        "html with the address alone",
        "html with a longer link",
    ],
)
def test_an_article_is_html_with_the_link_in_it(config: dict[str, object], html: str) -> None:
    assert article(order(config)) == html


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (None, []),
        ("", []),
        ("red,  blue ,, red", ["red", "blue"]),
        (["red, blue", " green ", ""], ["red, blue", "green"]),
    ],
    ids=["none", "empty", "text", "list"],
)
def test_labels_are_a_list_or_a_text_with_commas(given: object, names: list[str]) -> None:
    assert labels(order({"tags": given}), "tags") == names


@pytest.mark.parametrize("given", [7, {"a": 1}, ["a", 1]], ids=["number", "object", "mixed"])
def test_other_labels_are_refused_by_their_field(given: object) -> None:
    with pytest.raises(NotAccepted, match=r"^config\.tags: ") as caught:
        labels(order({"tags": given}), "tags")
    assert caught.value.code == "INVALID_FIELD"


def test_a_slug_is_of_the_task_alone() -> None:
    assert slug(order()) == slug(order({"title": "Another title"}))
    assert slug(order()) != slug(order(key="two"))
    assert len(slug(order(key="x" * 500))) < 40
