"""The guarded client below the sites' libraries: what leaves, and what a failure of it means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from shared.errors import TaskError
from shared.outbound import Guard, OutboundError
from shared.outbound.client import http_client
from shared.outbound.tries import CONNECT_SECONDS
from shared.settings import Settings
from shared.sites.error import RequestRefused, SiteUnavailable
from shared.sources.plain import is_plain_allowed

ANSWER_SECONDS = 60.0
"""How long a site may be silent; some look at a whole video before they answer."""
LONGEST_ANSWER_BYTES = 8 * 1024 * 1024


def site_client(settings: Settings, answer_seconds: float = ANSWER_SECONDS) -> httpx.Client:
    """A client that follows no redirect; plain http is for allowed networks only."""

    def check(request: httpx.Request) -> None:
        url = request.url
        if url.scheme == "http" and not _may_be_plain(settings, url):
            message = "Plain http is for networks in TASKYARD_ALLOW_NETWORKS only: use https."
            raise RequestRefused(message)

    return checked_client(settings, answer_seconds, request=[check], response=[_check_answer])


def checked_client(
    settings: Settings, answer_seconds: float, **hooks: list[Callable[..., None]]
) -> httpx.Client:
    """A guarded client that asks for plain bodies and follows no redirect.

    ``hooks`` are httpx's: each ``request`` and ``response`` may be refused by raising.
    """
    return http_client(
        Guard(settings.allow_networks),
        timeout=httpx.Timeout(answer_seconds, connect=CONNECT_SECONDS),
        headers={"Accept-Encoding": "identity"},
        event_hooks=hooks,
    )


@contextmanager
def reaching(site: str) -> Iterator[None]:
    """Turn what goes wrong on the way to ``site`` in the block into a `SiteError`."""
    try:
        yield
    except OutboundError as error:
        if error.retryable:
            raise SiteUnavailable(f"{site} cannot be reached ({error}).") from error
        raise RequestRefused(f"{site} cannot be asked ({error}).") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise RequestRefused(f"{site} has no usable address ({error}).") from error
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise SiteUnavailable(f"{site} does not answer ({type(error).__name__}).") from error


def _check_answer(response: httpx.Response) -> None:
    if response.is_redirect:
        to = response.headers.get("location", "")[:200]
        message = f"{response.url.host} redirects to {to}: give the address that it has now."
        raise RequestRefused(message, response.status_code)
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length) > LONGEST_ANSWER_BYTES:
        raise SiteUnavailable(f"{response.url.host} answers too much.", response.status_code)


def _may_be_plain(settings: Settings, url: httpx.URL) -> bool:
    try:
        return is_plain_allowed(settings, url.host, url.port or 80)
    except TaskError as error:
        if error.retryable:
            raise SiteUnavailable(error.message) from error
        raise RequestRefused(error.message) from error
