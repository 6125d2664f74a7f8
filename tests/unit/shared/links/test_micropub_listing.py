"""What a list of posts says about one whose answer got lost."""

from __future__ import annotations

from typing import Any

import pytest

from shared.links.micropub_listing import Listing

WEBSITE = "https://shop.example/"


def post(number: int, content: object = "words", **properties: object) -> dict[str, Any]:
    """A post, of the minute ``number``."""
    return {
        "url": [f"https://site.example/{number}"],
        "published": [f"2026-01-01T00:{number:02}:00Z"],
        "content": [content],
        **properties,
    }


def test_those_that_are_new_are_told_where_the_newest_come_first() -> None:
    listing = Listing([post(3), post(2), post(1)])
    new = listing.since(["https://site.example/1", "https://site.example/0"])
    assert new is not None
    assert new.urls == ["https://site.example/3", "https://site.example/2"]


@pytest.mark.parametrize(
    ("posts", "before"),
    [
        ([post(1), post(2)], []),
        ([post(3), post(2)], ["https://site.example/1"]),
        ([post(2, published=None), post(1)], ["https://site.example/1"]),
        ([post(2, published=["yesterday"]), post(1)], ["https://site.example/1"]),
        ([post(2, published=["2026-01-01T01:00:00"]), post(1)], ["https://site.example/1"]),
        ([post(2, url=None), post(1)], ["https://site.example/1"]),
    ],
    ids=["oldest first", "not far enough", "no time", "no such time", "no zone", "no url"],
)
def test_it_is_open_which_are_new_where_the_list_may_not_be_all(
    posts: list[dict[str, Any]], before: list[str]
) -> None:
    assert Listing(posts).since(before) is None


@pytest.mark.parametrize(
    "content",
    [
        "Red & blue",
        " Red  &\nblue ",
        {"html": "<p>Red &amp; <b>blue</b></p>"},
        {"value": "Red & blue"},
        {"html": "", "value": "Red & blue"},
    ],
    ids=["text", "spaces", "html", "value", "value without html"],
)
def test_a_post_is_alike_whatever_form_its_words_have(content: object) -> None:
    listing = Listing([post(2, "other words"), post(1, content)])
    assert listing.alike({"content": ["Red & blue"]}) == "https://site.example/1"


@pytest.mark.parametrize(
    "posts",
    [
        [post(1, "Red & blue", name=["A title"])],
        [post(1, "Red & blue, and more")],
        [post(2, "Red & blue"), post(1, "Red & blue")],
        [{}],
    ],
    ids=["another title", "more words", "two of them", "nothing in it"],
)
def test_none_is_alike_where_it_is_another_or_where_there_are_two(
    posts: list[dict[str, Any]],
) -> None:
    assert Listing(posts).alike({"content": ["Red & blue"]}) == ""


def test_a_link_to_the_website_is_found_in_any_form() -> None:
    assert Listing([post(1), post(2, {"html": f'<a href="{WEBSITE}">x</a>'})]).links_to(WEBSITE)
    assert not Listing([post(1), post(2, f"{WEBSITE}elsewhere")]).links_to(WEBSITE)


def test_a_post_is_known_by_the_slug_it_was_sent_with() -> None:
    listing = Listing([post(1), post(2, url=["https://site.example/2026/p-abc/"])])
    assert listing.with_slug("p-abc") == "https://site.example/2026/p-abc/"
    assert listing.with_slug("p-xyz") == ""
