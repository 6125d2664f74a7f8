from __future__ import annotations

import pytest

from workers.documents.imports.http_name import http_name


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=a.pdf", "a.pdf"),
        ("attachment; filename*=UTF-8''%E2%82%AC%20rates.pdf", "€ rates.pdf"),
        ("attachment; filename=EURO.pdf; filename*=UTF-8''%E2%82%AC.pdf", "€.pdf"),
        ('inline; FILENAME="a.pdf"', "a.pdf"),
        ("attachment; filename*=nonsense''%E2.pdf; filename=a.pdf", "â.pdf"),
        ("attachment", "from-url.txt"),
        ("", "from-url.txt"),
        ("attachment; filename=", "from-url.txt"),
        (";;;=", "from-url.txt"),
    ],
)
def test_the_servers_own_name_wins(disposition: str, name: str) -> None:
    assert http_name("/from-url.txt", "example.org", "", disposition) == name


@pytest.mark.parametrize(
    ("path", "content_type", "name"),
    [
        ("/a/b.pdf", "application/pdf", "b.pdf"),
        ("/a/b%20c.pdf", "", "b c.pdf"),
        ("/%C3%A9.txt", "", "é.txt"),
        ("/%E9.txt", "", "é.txt"),
        ("/download", "application/pdf", "download.pdf"),
        ("/page", "text/html; charset=utf-8", "page.html"),
        ("/thing", "application/x-nonsense", "thing"),
        ("/", "text/html", "example.org.html"),
        ("", "", "example.org"),
    ],
)
def test_else_it_is_called_after_its_address(path: str, content_type: str, name: str) -> None:
    assert http_name(path, "example.org", content_type, "") == name
