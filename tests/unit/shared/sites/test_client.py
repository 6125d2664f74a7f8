"""What leaves for a site, and what a failure on the way means; nothing here leaves the machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest

from shared.settings import Settings
from shared.sites.bluesky import BlueskyClient
from shared.sites.client import LONGEST_ANSWER_BYTES, reaching, site_client
from shared.sites.error import RequestRefused, SiteError, SiteUnavailable
from shared.sites.guarded_session import GuardedSession
from shared.sites.mastodon import MastodonClient
from shared.sites.upload import Upload
from tests.outside import outside
from tests.servers import free_port

LOOPBACK = ip_network("127.0.0.0/8")
Ask = Callable[[Settings, str], object]


def ask_mastodon(settings: Settings, url: str) -> object:
    """Whose account it is."""
    with MastodonClient(settings, url, "a token") as client:
        return client.account()


def ask_bluesky(settings: Settings, url: str) -> object:
    """For a session."""
    with BlueskyClient(settings, url) as client:
        client.log_in("ann.test", "a password")
        return client.did


@pytest.mark.parametrize("ask", [ask_mastodon, ask_bluesky])
@pytest.mark.parametrize(
    ("url", "kind", "told"),
    [
        ("http://93.184.216.34", RequestRefused, "use https"),
        ("http://10.0.0.1", RequestRefused, "public internet"),
        ("https://10.0.0.1", RequestRefused, "public internet"),
        ("https://169.254.169.254", RequestRefused, "public internet"),
        ("https://0177.0.0.1", RequestRefused, "no usable address"),
        ("http://127.0.0.1:{free}", SiteUnavailable, "does not answer"),
    ],
)
def test_only_what_the_guard_lets_pass_is_asked(
    settings: Settings, ask: Ask, url: str, kind: type[SiteError], told: str
) -> None:
    allowed = replace(settings, allow_networks=(LOOPBACK,))
    with pytest.raises(kind, match=told):
        ask(allowed, url.format(free=free_port()))


@pytest.mark.parametrize("ask", [ask_mastodon, ask_bluesky])
def test_loopback_is_asked_where_it_is_allowed_alone(settings: Settings, ask: Ask) -> None:
    with outside() as here, pytest.raises(RequestRefused, match="public internet"):
        ask(settings, here.url("").rstrip("/"))
    assert here.asked == []


def test_an_answer_that_is_too_long_is_not_read(settings: Settings) -> None:
    allowed = replace(settings, allow_networks=(LOOPBACK,))
    with outside() as here, site_client(allowed) as client:
        url = here.file("/long", b"x" * (LONGEST_ANSWER_BYTES + 1))
        with pytest.raises(SiteUnavailable, match="too much"), reaching("here"):
            client.get(url)
        with pytest.raises(SiteUnavailable, match="too much"), reaching("here"):
            GuardedSession(client).request("GET", url)


def test_an_answer_without_a_length_is_not_read_for_ever(settings: Settings) -> None:
    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * (LONGEST_ANSWER_BYTES + 1))

    allowed = replace(settings, allow_networks=(LOOPBACK,))
    with outside() as here, site_client(allowed) as client:
        url = here.answer("/open", write)
        with pytest.raises(SiteUnavailable, match="too much"), reaching("here"):
            GuardedSession(client).request("GET", url)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(RequestRefused, match="no usable address"), reaching("here"):
        httpx.get("ftp://example.org")


def test_an_upload_tells_how_much_was_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 600_000)
    told: list[int] = []
    with Upload(tmp_path / "file", told.append) as upload:
        assert b"".join(upload) == b"x" * 600_000
    assert told == [262_144, 524_288, 600_000, 600_000]
