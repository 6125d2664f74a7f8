"""Which URLs notices may be sent to."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network

import pytest

from shared.errors import Refused
from shared.notices.endpoint_url import check_endpoint, check_reachable
from shared.settings import Network

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
PRIVATE = (ip_network("10.0.0.0/8"),)


@pytest.mark.parametrize(
    ("url", "allow"),
    [
        ("https://example.org/hook?a=b", ()),
        ("https://example.org:8443", ()),
        ("https://1.1.1.1/hook", ()),
        ("https://[2606:4700:4700::1111]/", ()),
        ("http://127.0.0.1:9000/hook", LOOPBACK),
        ("http://localhost:9000/hook", LOOPBACK),
        ("http://LOCALHOST./", LOOPBACK),
        ("http://[::1]:9000/", LOOPBACK),
        ("https://127.0.0.1/", LOOPBACK),
        ("http://10.1.2.3/", PRIVATE),
    ],
)
def test_a_url_where_notices_may_go(url: str, allow: Sequence[Network]) -> None:
    assert check_endpoint(url, allow).lower().startswith(url.lower().rstrip("/"))


@pytest.mark.parametrize(
    ("url", "allow", "why"),
    [
        ("", (), "must be an https URL"),
        ("example.org/hook", (), "must be an https URL"),
        ("ftp://example.org/", (), "must be an https URL"),
        ("https://ada:secret@example.org/", (), "must be an https URL"),
        ("https://0177.1/", (), "must be an https URL"),
        ("https://example.org:0/", (), "must be an https URL"),
        ("https://example.org/\x00", (), "must be a URL of at most 2000 characters"),
        ("https://example.org/" + "a" * 2000, (), "must be a URL of at most 2000 characters"),
        ("http://example.org/", (), "must begin with https://"),
        ("http://example.org/", LOOPBACK, "must begin with https://"),
        ("http://1.1.1.1/", LOOPBACK, "must begin with https://"),
        ("http://127.0.0.1:9000/", (), "must be on the public internet"),
        ("https://localhost/", (), "must be on the public internet"),
        ("https://localhost/", PRIVATE, "must be on the public internet"),
        ("https://169.254.169.254/", LOOPBACK, "must be on the public internet"),
        ("https://[::ffff:10.0.0.1]/", LOOPBACK, "must be on the public internet"),
        ("https://10.1.2.3/", LOOPBACK, "must be on the public internet"),
    ],
)
def test_a_url_where_they_may_not_go(url: str, allow: Sequence[Network], why: str) -> None:
    with pytest.raises(Refused, match=f"^callbackUrl: {why}") as error:
        check_endpoint(url, allow, "callbackUrl")
    assert error.value.field == "callbackUrl"


def test_a_name_is_looked_up_where_there_is_time(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"inside.example": ["10.1.2.3"], "outside.example": ["1.1.1.1", "10.1.2.3"]}

    def look_up(_resolver: object, name: str, _seconds: float) -> list[str]:
        if name not in known:
            raise OSError
        return known[name]

    monkeypatch.setattr("shared.outbound.guard.look_up", look_up)
    assert check_reachable("https://outside.example/", ()) == "https://outside.example/"
    assert check_reachable("https://not-yet.example/", ()) == "https://not-yet.example/"
    assert check_reachable("https://inside.example/", PRIVATE) == "https://inside.example/"
    with pytest.raises(Refused, match="public internet"):
        check_reachable("https://inside.example/", ())
