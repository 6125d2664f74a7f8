"""Which URLs may be fetched; pure."""

from __future__ import annotations

import httpx

from shared.outbound.error import OutboundError, Reason
from shared.outbound.host import MOST_PORT, literal, shown

SCHEMES = ("http", "https")
LONGEST_URL = 8192


def checked_url(text: str, base: httpx.URL | None = None) -> httpx.URL:
    """``text`` as a URL, relative to ``base`` where that is given; `OutboundError` if refused.

    A user or a password in a URL is refused: both would be shown wherever the URL is.
    """
    try:
        url = httpx.URL(text[: LONGEST_URL + 1])
        url = base.join(url) if base else url
        url.host  # noqa: B018 - it is decoded only now, and an "xn--" may hold nothing
    except (httpx.InvalidURL, ValueError):
        raise _refused(shown(text)[:60], "this is not a URL") from None
    _check(url, len(text))
    return url.copy_with(fragment=None)


def _check(url: httpx.URL, length: int) -> None:
    host = shown(url.host)
    if url.scheme not in SCHEMES or not url.host:
        raise _refused(host, "only http and https URLs with a host are taken")
    if length > LONGEST_URL:
        raise _refused(host, f"the URL is longer than {LONGEST_URL} characters")
    if url.userinfo:
        raise _refused(host, "a URL with a user or a password is not taken")
    if url.port is not None and not 0 < url.port <= MOST_PORT:
        raise _refused(host, "there is no such port")
    literal(url.host)


def _refused(host: str, message: str) -> OutboundError:
    return OutboundError(host, Reason.URL_REFUSED, message)
