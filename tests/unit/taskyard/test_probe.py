"""How the yard's own pages are reached."""

from __future__ import annotations

import pytest

from taskyard.probe import Answer, get, url_of


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://127.0.0.1:80"),
        ("::1", "http://[::1]:80"),
        ("yard.example", "http://yard.example:80"),
    ],
)
def test_every_host_has_an_address_to_reach_it_by(host: str, url: str) -> None:
    assert url_of(host, 80) == url


def test_nobody_answering_is_an_answer() -> None:
    assert get("http://127.0.0.1:1/readyz") == Answer(0, b"")


@pytest.mark.parametrize(
    ("body", "reasons"),
    [(b'{"reasons": ["no store"]}', ["no store"]), (b"<html>", []), (b"[]", []), (b"{}", [])],
)
def test_reasons_are_read_where_they_are_given(body: bytes, reasons: list[str]) -> None:
    assert Answer(503, body).reasons == reasons
