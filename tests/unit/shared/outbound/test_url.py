from __future__ import annotations

import httpx
import pytest

from shared.outbound.error import OutboundError
from shared.outbound.url import checked_url

REFUSED = [
    "https://xn--/",
    "ftp://example.org/a",
    "file:///etc/passwd",
    "gopher://example.org/",
    "javascript:alert(1)",
    "data:text/plain,a",
    "example.org/a",
    "//example.org/a",
    "http://",
    "http:///a",
    "https://user@example.org/",
    "https://user:password@example.org/",
    "http://0177.0.0.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://[fe80::1%25eth0]/",
    "http://[::1",
    "http://a:99999999/",
    "http://exa mple.org/",
    "http://example.org\n.evil.example/",
    "\0",
    "",
    f"http://example.org/{'a' * 9000}",
]


@pytest.mark.parametrize("text", REFUSED)
def test_a_url_that_is_not_fetched_is_refused(text: str) -> None:
    with pytest.raises(OutboundError) as caught:
        checked_url(text)
    assert caught.value.reason == "URL_REFUSED"
    assert "password" not in str(caught.value).replace("a user or a password", "")


@pytest.mark.parametrize(
    "text",
    [
        "http://example.org",
        "https://example.org:8443/a?b=c",
        "https://[2606:4700::1]/",
        "HTTPS://A.B",
    ],
)
def test_a_plain_url_is_taken(text: str) -> None:
    assert checked_url(text).host


def test_a_redirect_is_read_from_where_it_came() -> None:
    base = httpx.URL("https://example.org/a/b")
    assert str(checked_url("../c#d", base)) == "https://example.org/c"
    assert str(checked_url("//other.example/", base)) == "https://other.example/"
