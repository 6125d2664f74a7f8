"""What was made, fetched back: whether a page, or what an API says, shows what it should."""

from __future__ import annotations

import re
from contextlib import closing
from html import unescape

import httpx

from shared.links.connector import NotSeen
from shared.outbound import Guard, OutboundError, Reason
from shared.outbound.download import Limits, download
from shared.outbound.transport import GuardedTransport
from shared.settings import Settings
from shared.sites.outcome import NotAccepted, TryLater

PAGE_LIMITS = Limits(size_bytes=4 * 1024 * 1024, seconds=60.0)
REFUSED = frozenset({Reason.URL_REFUSED, Reason.ADDRESS_REFUSED})
GOES_ON = r"(?![\w/%~@&=+-]|[.,:;?!#]\w)"
"""What may not follow a link's text: it would be a longer link, to something else."""


def seen_page(settings: Settings, url: str, *wanted: str) -> None:
    """Fetch the page at ``url`` once, and require that it shows all of ``wanted``.

    Raises what `fetched` and `require_seen` raise; `NotSeen` and `TryLater` say: look again later.
    """
    text = fetched(settings, url)
    for each in wanted:
        require_seen(text, each, url)


def fetched(settings: Settings, url: str) -> str:
    """The text that anybody gets at ``url``, through the guard; redirects are checked anew.

    Raises `NotSeen` where it answers with another status than 200, or too much; `TryLater` where
    it does not answer for now; `NotAccepted` where it lies in a network that is not asked.
    """
    body = bytearray()
    try:
        with closing(GuardedTransport(Guard(settings.allow_networks))) as guarded:
            came = download(guarded, url, body.extend, PAGE_LIMITS)
    except OutboundError as error:
        if error.reason in REFUSED:
            raise NotAccepted(f"{url} cannot be looked at ({error}).") from error
        if error.retryable:
            raise TryLater(f"{url} cannot be looked at now ({error}).") from error
        raise NotSeen(f"{url} does not show ({error}).") from error
    headers = {"Content-Type": came.content_type}
    return httpx.Response(200, headers=headers, content=bytes(body)).text


def require_seen(text: str, wanted: str, where: str) -> None:
    """Raise `NotSeen` where ``text``, found at ``where``, does not show ``wanted``.

    ``wanted`` is the address of a link, or a text. Pure.
    """
    if not shows(text, wanted):
        raise NotSeen(f"{where} does not show {wanted} (yet).")


def shows(text: str, wanted: str) -> bool:
    """Whether ``text``, plain or HTML or XML, holds ``wanted``. Pure.

    Of a link all has to be there: neither a longer address nor another host that begins alike will
    do. A last slash, and how a browser would spell the address, make no difference; nor does white
    space in a text.
    """
    texts = {text, unescape(text)}
    if "://" in wanted:
        forms = "|".join(map(re.escape, _spellings(wanted)))
        link = re.compile(rf"(?<![\w/])(?:{forms})/?{GOES_ON}")
        return any(link.search(each) for each in texts)
    flat = " ".join(wanted.split())
    return any(flat in " ".join(each.split()) for each in texts)


def _spellings(link: str) -> set[str]:
    try:
        as_sent = str(httpx.URL(link))
    except (httpx.InvalidURL, ValueError):
        as_sent = link
    return {link.rstrip("/"), as_sent.rstrip("/")}
