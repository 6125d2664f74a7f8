"""Links in pages of HTML, as they come."""

from __future__ import annotations

import pytest

from shared.sites.html_links import html_links, related

BASE = "https://blog.example/page/"


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<link rel="api" href="/wp-json/">', "https://blog.example/wp-json/"),
        ("<LINK REL='me api' HREF='x?a=1&amp;b=2' />", "https://blog.example/page/x?a=1&b=2"),
        ('<a rel=api href="https://other.example/">x</a>', "https://other.example/"),
        ('<base href="/sub/"><a rel="api" href="x">', "https://blog.example/sub/x"),
        ('<!-- <link rel="api" href="/no"> --><p rel="api">', ""),
        ('<link rel="apis" href="/no"><link rel="api"><a href="/no">', ""),
        ('<link rel="api" href="http://[no">', "http://[no"),
        ("<<link rel=", ""),
    ],
    ids=["link", "words", "a", "base", "comment", "other", "no address", "torn"],
)
def test_the_link_with_a_relation_is_found(html: str, found: str) -> None:
    assert related(html, "api", BASE) == found


def test_links_come_in_their_order() -> None:
    page = '<a href="/one">1</a><link rel="next" href="/two"><a name="none">3</a>'
    assert [link.href for link in html_links(page, BASE)] == [
        "https://blog.example/one",
        "https://blog.example/two",
    ]
