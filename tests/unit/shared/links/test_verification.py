"""Whether a page shows what it should; pages are on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

import pytest

from shared.links.connector import NotSeen
from shared.links.verification import (
    PAGE_LIMITS,
    fetched,
    require_seen,
    seen_page,
    shows,
)
from shared.settings import Settings
from shared.sites.outcome import NotAccepted, TryLater
from tests.outside import Outside, outside
from tests.servers import free_port

LINK = "https://shop.example/red?a=1&b=2"


@pytest.fixture
def here() -> Iterator[Outside]:
    """A server of pages."""
    with outside() as server:
        yield server


@pytest.fixture
def allowed(settings: Settings) -> Settings:
    """Settings that let loopback be asked."""
    return replace(settings, allow_networks=(ip_network("127.0.0.0/8"),))


@pytest.mark.parametrize(
    "text",
    [
        LINK,
        f"see {LINK}.",
        f"({LINK}), and more",
        f"{LINK}/",
        '<a href="https://shop.example/red?a=1&amp;b=2">here</a>',
        "<link>https://shop.example/red?a=1&#38;b=2</link>",
        f'{{"uri":"{LINK}"}}',
    ],
)
def test_a_link_is_seen_in_any_dress(text: str) -> None:
    assert shows(text, LINK)


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{LINK}3",
        f"{LINK}/more",
        f"{LINK}&c=3",
        f"{LINK}.html",
        f"{LINK}#part",
        f"https://archive.example/{LINK}",
        "https://shop.example/red?a=1",
        "http://shop.example/red?a=1&b=2",
    ],
)
def test_another_link_is_not_taken_for_it(text: str) -> None:
    assert not shows(text, LINK)


@pytest.mark.parametrize(
    ("text", "link", "seen"),
    [
        ("https://shop.example.evil.example/", "https://shop.example", False),
        ("https://shop.example:8080/", "https://shop.example", False),
        ("https://shop.example/?from=x", "https://shop.example/", False),
        ("https://shop.example", "https://shop.example/", True),
        ("https://shop.example/ and", "https://shop.example", True),
        ("https://shop.example/a%20b", "https://SHOP.example/a b", True),
        ("https://xn--bcher-kva.example/", "https://bücher.example", True),
        ("https://shop.example/A", "https://shop.example/a", False),
    ],
    ids=["host", "port", "query", "slash", "no slash", "as sent", "international", "case"],
)
def test_an_address_is_compared_as_a_whole(text: str, link: str, seen: bool) -> None:
    assert shows(text, link) is seen


def test_a_text_is_seen_whatever_its_white_space_and_entities() -> None:
    assert shows("<h1>Red &amp;\n  blue</h1>", "Red & blue")
    assert not shows("<h1>Red</h1>", "Red & blue")


def test_what_is_missing_is_named_with_its_place() -> None:
    with pytest.raises(NotSeen) as caught:
        require_seen("nothing", LINK, "https://blog.example/1")
    assert caught.value.message == f"https://blog.example/1 does not show {LINK} (yet)."
    assert caught.value.retryable


def test_a_page_is_seen_once_all_is_there(here: Outside, allowed: Settings) -> None:
    content = f"<title>Räder</title>{LINK}".encode("latin-1")
    page = here.file("/page", content, Content_Type="text/html; charset=iso-8859-1")
    seen_page(allowed, here.redirect("/moved", page), LINK, "Räder")
    with pytest.raises(NotSeen):
        seen_page(allowed, page, LINK, "Fahrräder")
    assert [path for path, _ in here.asked] == ["/moved", "/page", "/page"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, NotSeen), (410, NotSeen), (403, NotSeen), (204, NotSeen), (503, TryLater)],
)
def test_a_page_without_status_200_is_not_seen(
    here: Outside, allowed: Settings, status: int, kind: type[Exception]
) -> None:
    with pytest.raises(kind, match=str(status)):
        fetched(allowed, here.file("/page", LINK.encode(), status))


def test_a_page_that_is_too_long_is_not_seen(here: Outside, allowed: Settings) -> None:
    with pytest.raises(NotSeen, match="larger than"):
        fetched(allowed, here.file("/page", b"x" * (PAGE_LIMITS.size_bytes + 1)))


def test_a_redirect_without_end_is_not_seen(here: Outside, allowed: Settings) -> None:
    with pytest.raises(NotSeen, match="redirects more than"):
        fetched(allowed, here.redirect("/round", "/round"))


def test_a_redirect_into_a_private_network_is_not_followed(
    here: Outside, allowed: Settings
) -> None:
    with pytest.raises(NotAccepted, match="public internet"):
        fetched(allowed, here.redirect("/page", "http://10.0.0.1/"))


def test_a_server_that_does_not_answer_is_asked_later(allowed: Settings) -> None:
    with pytest.raises(TryLater):
        fetched(allowed, f"http://127.0.0.1:{free_port()}/")


def test_nothing_inside_is_fetched(here: Outside, settings: Settings) -> None:
    page = here.file("/page", LINK.encode())
    with pytest.raises(NotAccepted, match="public internet"):
        fetched(settings, page)
    assert here.asked == []
