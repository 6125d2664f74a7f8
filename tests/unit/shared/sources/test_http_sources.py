"""What servers may say that must not be believed, and links of pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from shared.errors import TaskError
from shared.settings import Settings, read_settings
from shared.sources import http
from shared.sources.https import links_below
from shared.sources.msgraph import Graph
from shared.sources.options import SourceOptions
from shared.sources.protocol import open_source
from shared.sources.source import FileUnread
from shared.sources.url import SourceUrl, read_source_url
from shared.sources.webdav import WebdavSource

PAGE = httpx.URL("https://a.example/files/")
Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def plain(tmp_path: Path) -> Settings:
    """Settings as they are by default."""
    return read_settings({"TASKYARD_HOME": str(tmp_path), "TASKYARD_SECRET_KEY": "k" * 32})


def said(status: int, body: str = "") -> httpx.Response:
    """An answer whose body is still to be read."""
    return httpx.Response(status, content=iter([body.encode()]))


def told(answer: Answer) -> httpx.Client:
    """A client to whom every server answers so."""
    return httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True)


LINKS = {
    "a.pdf": {"a.pdf": "https://a.example/files/a.pdf"},
    "./a.pdf": {"a.pdf": "https://a.example/files/a.pdf"},
    "/files/a%20b.pdf": {"a b.pdf": "https://a.example/files/a%20b.pdf"},
    "https://a.example/files/a.pdf#page=2": {"a.pdf": "https://a.example/files/a.pdf"},
    "sub/": {},
    "sub/a.pdf": {},
    "../": {},
    "..": {},
    "/": {},
    "?C=N;O=D": {},
    "a.pdf?download": {},
    "https://b.example/files/a.pdf": {},
    "http://a.example/files/a.pdf": {},
    "https://a.example:8443/files/a.pdf": {},
    "//b.example/files/a.pdf": {},
    "a%2Fb.pdf": {},
    "%2e%2e": {},
    "mailto:maria@a.example": {},
    "javascript:alert(1)": {},
    "https://[": {},
    "": {},
}


@pytest.mark.parametrize(("link", "files"), LINKS.items(), ids=list(LINKS))
def test_links_to_files_right_below_the_page_count(link: str, files: dict[str, str]) -> None:
    assert links_below(PAGE, f'<p><A HREF="{link}">x</a><img src="b.png">') == files


def test_a_listing_never_goes_on_at_another_server() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return said(200, '{"value": [], "@odata.nextLink": "https://graph.example.evil/v1.0/x"}')

    graph = Graph(told(answer), "https://graph.example", lambda: "a token")
    with pytest.raises(TaskError):
        list(graph.pages("/x"))
    assert asked == ["graph.example"]


def propfind(*hrefs: str) -> Answer:
    """A server whose collection holds files with these addresses."""
    items = "".join(
        f"<response><href>{href}</href><propstat><prop><resourcetype/>"
        "<getcontentlength>1</getcontentlength></prop><status>HTTP/1.1 200 OK</status>"
        "</propstat></response>"
        for href in hrefs
    )
    body = (
        '<multistatus xmlns="DAV:"><response><href>/dav/</href><propstat><prop><resourcetype>'
        "<collection/></resourcetype></prop></propstat></response>" + items + "</multistatus>"
    )
    return lambda _request: said(207, body)


def test_a_webdav_server_lists_files_of_its_folder_only() -> None:
    hrefs = (
        "/dav/a.txt",
        "/other/b.txt",
        "https://b.example/dav/c.txt",
        "/dav/../d.txt",
        "/dav/x/y",
    )
    root = httpx.URL("https://a.example/dav/")
    source = WebdavSource(told(propfind(*hrefs)), root, "dav")
    assert [entry.path for entry in source.entries(False)] == ["a.txt"]


@pytest.mark.parametrize("body", ["", "<html>", "<multistatus xmlns='DAV:'><response/>", "\0"])
def test_a_listing_that_cannot_be_read_is_no_empty_one(body: str) -> None:
    source = WebdavSource(told(lambda _: said(207, body)), PAGE, "x")
    with pytest.raises(TaskError):
        list(source.entries(False))


STATUSES = {
    401: ("SOURCE_DENIED", False),
    403: ("SOURCE_DENIED", False),
    404: ("SOURCE_NOT_FOUND", False),
    410: ("SOURCE_NOT_FOUND", False),
    418: ("SOURCE_UNUSABLE", False),
    429: ("SOURCE_UNREACHABLE", True),
    500: ("SOURCE_UNREACHABLE", True),
    503: ("SOURCE_UNREACHABLE", True),
}


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_says_whether_it_may_be_otherwise_later(status: int) -> None:
    with (
        pytest.raises(TaskError) as caught,
        http.asked(told(lambda _: said(status)), "GET", str(PAGE)) as answer,
    ):
        http.check(answer)
    assert (caught.value.code, caught.value.retryable) == STATUSES[status]


@pytest.mark.parametrize("status", [403, 404, 410, 500])
def test_a_file_that_is_refused_costs_only_itself(status: int) -> None:
    client = told(lambda _: said(status))
    with pytest.raises(FileUnread):
        list(http.content(http.asked(client, "GET", str(PAGE))))


def test_a_listing_without_an_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LISTING_BYTES", 10)
    with (
        pytest.raises(TaskError) as caught,
        http.asked(told(lambda _: said(200, "x" * 11)), "GET", str(PAGE)) as answer,
    ):
        http.page(answer)
    assert not caught.value.retryable


PLAIN = {
    "http://93.184.216.34/": {},
    "s3://papers/": {"endpoint_url": "http://93.184.216.34"},
    "msgraph://drive/x/": {"token": "t", "endpoint_url": "http://93.184.216.34/v1.0"},
}


@pytest.mark.parametrize(("address", "given"), PLAIN.items(), ids=list(PLAIN))
def test_nothing_is_sent_in_plain_to_the_public_internet(
    address: str, given: dict[str, str], plain: Settings
) -> None:
    url = read_source_url(address, plain)
    with (
        pytest.raises(TaskError, match="use https") as caught,
        open_source(url, SourceOptions.of(dict(given)), plain) as source,
    ):
        list(source.entries(True))
    assert not caught.value.retryable


def test_webdav_is_plain_in_allowed_networks_alone(plain: Settings, tmp_path: Path) -> None:
    from shared.sources.webdav import scheme_of

    url = SourceUrl(scheme="webdav", host="127.0.0.1", path="/")
    allowed = read_settings(
        {
            "TASKYARD_HOME": str(tmp_path),
            "TASKYARD_SECRET_KEY": "k" * 32,
            "TASKYARD_ALLOW_NETWORKS": "127.0.0.0/8",
        }
    )
    assert scheme_of(url, allowed) == "http"
    assert scheme_of(replace(url, host="93.184.216.34"), allowed) == "https"
    assert scheme_of(replace(url, scheme="webdavs"), allowed) == "https"
