"""Which requests need no credential."""

from __future__ import annotations

import pytest

from api.scripts.local_account import is_loopback, obstacle

HERE = {"host": "localhost:8000"}


def test_a_request_straight_from_this_machine_has_nothing_against_it() -> None:
    assert obstacle("127.0.0.1", "127.0.0.1", HERE) is None
    assert obstacle("::1", "::1", {"host": "[::1]:8000", "user-agent": "curl/8"}) is None


@pytest.mark.parametrize(
    ("bound_to", "peer", "headers", "words"),
    [
        ("0.0.0.0", "127.0.0.1", HERE, "does not listen"),
        ("127.0.0.1", None, HERE, "another machine"),
        ("127.0.0.1", "10.0.0.1", HERE, "another machine"),
        ("127.0.0.1", "127.0.0.1", {}, "Host"),
        ("127.0.0.1", "127.0.0.1", {"host": "localhost\n"}, "Host"),
        ("127.0.0.1", "127.0.0.1", {**HERE, "origin": ""}, "origin"),
        ("127.0.0.1", "127.0.0.1", {**HERE, "x-forwarded": "for=x"}, "x-forwarded"),
        ("127.0.0.1", "127.0.0.1", {**HERE, "sec-fetch-site": "same-site"}, "sec-fetch-site"),
    ],
    ids=range(8),
)
def test_what_is_against_it_is_said(
    bound_to: str, peer: str | None, headers: dict[str, str], words: str
) -> None:
    assert words in (obstacle(bound_to, peer, headers) or "")


@pytest.mark.parametrize(
    ("address", "is_here"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("::ffff:8.8.8.8", False),
        ("0.0.0.0", False),
        ("::", False),
        ("localhost.example", False),
        ("127.0.0.1:80", False),
        ("", False),
    ],
)
def test_an_address_of_this_machine_alone_is_told_apart(address: str, is_here: bool) -> None:
    assert is_loopback(address) is is_here
