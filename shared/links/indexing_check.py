"""Whether search engines may take a page into their index: what the page itself and its host say.

https://www.rfc-editor.org/rfc/rfc9309 (robots.txt),
https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag. What is said to one
named engine alone does not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from urllib.robotparser import RobotFileParser

import httpx

from shared.links.robot_rules import forbidden_by_header, forbidden_by_page
from shared.outbound import Guard, OutboundError, Reason
from shared.outbound.content_coding import decoder, unpacked
from shared.outbound.download import Limits, download
from shared.outbound.transport import GuardedTransport
from shared.outbound.url import checked_url
from shared.settings import Settings
from shared.sites.client import checked_client, reaching
from shared.sites.error import SiteError, SiteUnavailable
from shared.sites.html_links import related

ANSWER_SECONDS = 20.0
PAGE_BYTES = 1024 * 1024
"""How much of a page is read: what is looked for stands at its beginning."""
ROBOTS_LIMITS = Limits(size_bytes=512 * 1024, seconds=ANSWER_SECONDS)
ANYBODY = "*"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a page: whether it answers, whether it may be indexed, why not."""

    answers: bool
    allowed: bool = False
    why: str = ""


def is_indexable(settings: Settings, url: str) -> tuple[bool, str]:
    """Whether the page answers 200 and may be indexed; a sentence says why not, else ""."""
    with closing(IndexingCheck(settings)) as check:
        seen = check.look(url)
    return seen.answers and seen.allowed, seen.why


class IndexingCheck:
    """Looks at pages; each host's robots.txt is read once. To be closed."""

    def __init__(self, settings: Settings) -> None:
        self._client = checked_client(settings, ANSWER_SECONDS)
        self._guarded = GuardedTransport(Guard(settings.allow_networks))
        self._robots: dict[str, RobotFileParser | None] = {}

    def close(self) -> None:
        """End the connections."""
        self._client.close()
        self._guarded.close()

    def look(self, url: str) -> Seen:
        """Fetch the page once, and see what it says; nothing is raised for what is found."""
        try:
            address = checked_url(url)
            with reaching(address.host), self._client.stream("GET", address) as answer:
                if answer.status_code != httpx.codes.OK:
                    return Seen(False, why=_other_status(answer))
                why = _forbidden(answer, _text(answer)) or self._forbidden_by_robots(address)
        except (SiteError, OutboundError) as error:
            return Seen(False, why=f"The page cannot be looked at: {error}".rstrip(".") + ".")
        return Seen(True, not why, why)

    def _forbidden_by_robots(self, url: httpx.URL) -> str:
        origin = str(url.copy_with(raw_path=b"/", fragment=None))
        if origin not in self._robots:
            self._robots[origin] = self._read_robots(f"{origin}robots.txt")
        robots = self._robots[origin]
        if robots is None:
            return "The host's robots.txt cannot be read, so engines keep away."
        return "" if robots.can_fetch(ANYBODY, str(url)) else "The host's robots.txt forbids it."

    def _read_robots(self, url: str) -> RobotFileParser | None:
        """The rules; all is allowed where there are none, None where nobody can tell."""
        body = bytearray()
        try:
            download(self._guarded, url, body.extend, ROBOTS_LIMITS)
        except OutboundError as error:
            is_missing = error.reason is Reason.BAD_ANSWER and not error.retryable
            if not is_missing and error.reason is not Reason.TOO_LARGE:
                return None
        rules = RobotFileParser()
        rules.parse(bytes(body).decode("utf-8-sig", "replace").splitlines())
        return rules


def _other_status(answer: httpx.Response) -> str:
    if answer.has_redirect_location:
        return f"The page redirects to {answer.headers['location'][:200]}."
    return f"The page answers with status {answer.status_code}."


def _forbidden(answer: httpx.Response, text: str) -> str:
    """Why the page itself does not let engines index it; "" where it does."""
    if word := forbidden_by_header(answer.headers.get_list("x-robots-tag")):
        return f"The page's X-Robots-Tag says {word}."
    if word := forbidden_by_page(text):
        return f"The page's meta robots says {word}."
    told = answer.links.get("canonical", {}).get("url", "") or related(
        text, "canonical", str(answer.url)
    )
    try:
        canonical = answer.url.join(told).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError):
        return ""
    if told and canonical != answer.url.copy_with(fragment=None):
        return f"The page names another address as the canonical one: {str(canonical)[:200]}."
    return ""


def _text(answer: httpx.Response) -> str:
    """The beginning of a page of HTML; "" where it is something else."""
    kind = answer.headers.get("content-type", "text/html")
    if "html" not in kind.lower():
        return ""
    body = bytearray()
    for piece in _pieces(answer):
        body += piece
        if len(body) >= PAGE_BYTES:
            break
    return httpx.Response(200, headers={"Content-Type": kind}, content=bytes(body)).text


def _pieces(answer: httpx.Response) -> Iterator[bytes]:
    try:
        yield from unpacked(answer.iter_raw(), decoder(answer.headers.get("Content-Encoding", "")))
    except ValueError as error:
        raise SiteUnavailable("it is compressed in a way that cannot be read") from error
