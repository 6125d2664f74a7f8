"""One request to a platform, and what may come back."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network

import pytest

from shared.errors import TaskError
from shared.settings import Settings
from shared.sites.outcome import NotAccepted, TryLater
from tests.outside import Outside, begin, outside
from workers.scripts.publishers.exchange import (
    LONGEST_ANSWER_BYTES,
    Answer,
    Unanswered,
    ask,
    platform_client,
)


@pytest.fixture
def server() -> Iterator[Outside]:
    with outside() as running:
        yield running


@pytest.fixture
def here(settings: Settings) -> Settings:
    return replace(settings, allow_networks=(ip_network("127.0.0.0/8"),))


def asked(settings: Settings, url: str) -> Answer:
    with platform_client(settings, answer_seconds=1.0) as client:
        return ask(client, "It", "GET", url)


@pytest.mark.parametrize(
    ("body", "content"),
    [(b'{"a": 1}', {"a": 1}), (b"", {}), (b"<html>", {}), (b"[1]", {}), (b"\xff", {})],
    ids=range(5),
)
def test_what_is_no_object_is_an_empty_one(
    server: Outside, here: Settings, body: bytes, content: dict[str, int]
) -> None:
    answer = asked(here, server.file("/", body, status=418))
    assert (answer.status, answer.content, answer.is_success) == (418, content, False)


def test_a_redirect_is_not_followed(server: Outside, here: Settings) -> None:
    answer = asked(here, server.redirect("/", to="http://elsewhere.invalid/"))
    assert answer.status == 302


def test_an_endless_answer_is_none(server: Outside, here: Settings) -> None:
    with pytest.raises(Unanswered):
        asked(here, server.file("/", b" " * (LONGEST_ANSWER_BYTES + 1)))


def test_a_silent_platform_leaves_open_what_it_did(server: Outside, here: Settings) -> None:
    def silent(_: BaseHTTPRequestHandler) -> None:
        server.over.wait()

    with pytest.raises(Unanswered, match="It does not answer"):
        asked(here, server.answer("/", silent))


def test_an_answer_that_is_cut_is_none(server: Outside, here: Settings) -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        begin(handler, 200, {"Content-Length": "100"})
        handler.wfile.write(b"{")

    with pytest.raises(Unanswered):
        asked(here, server.answer("/", cut))


def test_where_nobody_listens_nothing_is_left_open(here: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(TryLater, match="cannot be reached") as caught:
        asked(here, f"http://127.0.0.1:{port}/")
    assert type(caught.value) is TryLater


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "https://127.0.0.1:1/", "ftp://127.0.0.1/", "https://:0/"]
)
def test_addresses_that_may_not_be_asked_are_refused(settings: Settings, url: str) -> None:
    with pytest.raises(TaskError) as caught:
        asked(settings, url)
    assert not caught.value.retryable


def test_plain_http_to_the_public_is_refused(settings: Settings) -> None:
    with pytest.raises(NotAccepted, match="use https"):
        asked(settings, "http://93.184.215.14/")
