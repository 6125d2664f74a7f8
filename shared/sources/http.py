"""Requests over HTTP, as https, webdav and msgraph make them: guarded, streamed, within limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import httpx

from shared.clock import SystemClock
from shared.outbound import Guard, OutboundError
from shared.outbound.client import http_client
from shared.outbound.content_coding import decoder, unpacked
from shared.outbound.retry_after import asked_seconds
from shared.settings import Settings
from shared.sources.options import SourceOptions
from shared.sources.plain import is_plain_allowed
from shared.sources.source import (
    ANSWER_SECONDS,
    CHUNK_BYTES,
    CONNECT_SECONDS,
    FileUnread,
    denied,
    missing,
    unreachable,
    unusable,
)

LISTING_BYTES = 32 * 1024 * 1024
"""How long one page of a listing may be."""
OVERLOADED = (429, 503)
Asked = AbstractContextManager[httpx.Response]
Auth = Callable[[httpx.Request], httpx.Request] | httpx.Auth


def client(settings: Settings, auth: Auth | None = None) -> httpx.Client:
    """A guarded client that follows redirects, with its credentials to the first host alone.

    Plain http is spoken in allowed networks only.
    """

    def check(request: httpx.Request) -> None:
        url = request.url
        if url.scheme == "http" and not is_plain_allowed(settings, url.host, url.port or 80):
            raise unusable("Plain http is for networks in TASKYARD_ALLOW_NETWORKS only: use https.")

    return http_client(
        Guard(settings.allow_networks),
        auth=auth,
        follow_redirects=True,
        timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
        headers={"Accept-Encoding": "identity"},
        event_hooks={"request": [check]},
    )


def credentials(options: SourceOptions, user: str | None) -> Auth | None:
    """How requests are signed: by a token, or a user and a password, or not at all."""
    if options.token:
        return bearer(options.token)
    user = options.user or user
    return httpx.BasicAuth(user, options.password or "") if user else None


def bearer(token: str) -> Auth:
    """Signs requests with ``token``."""

    def sign(request: httpx.Request) -> httpx.Request:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return sign


@contextmanager
def asked(client: httpx.Client, method: str, url: str, **how: Any) -> Iterator[httpx.Response]:
    """The answer, whatever its status, its body to be read in the block; `TaskError` if none."""
    try:
        with client.stream(method, url, **how) as answer:
            yield answer
    except OutboundError as error:
        raise error.as_task_error() from error
    except httpx.TooManyRedirects as error:
        raise unusable("The server redirects in circles.") from error
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
        raise unreachable(f"The server does not answer ({type(error).__name__}).") from error


def check(answer: httpx.Response) -> None:
    """Raise the `TaskError` for an answer that is no success."""
    status = answer.status_code
    if answer.is_success:
        return
    if status in (401, 403):
        raise denied(f"The server refuses these credentials (status {status}).")
    if status in (404, 410):
        raise missing()
    if status in OVERLOADED or status >= 500:
        delay_seconds = asked_seconds(answer.headers, SystemClock())
        raise unreachable(f"The server answers with status {status}.", delay_seconds)
    raise unusable(f"The server answers with status {status}.")


def page(answer: httpx.Response) -> bytes:
    """The body of a listing; `TaskError` where it is too long or broken."""
    body = bytearray()
    for chunk in _unpacked(answer):
        body += chunk
        if len(body) > LISTING_BYTES:
            raise unusable(f"A listing is longer than {LISTING_BYTES} bytes.")
    return bytes(body)


def content(asking: Asked) -> Iterator[bytes]:
    """The body of a file. What is wrong with it alone is `FileUnread`."""
    with asking as answer:
        if answer.status_code in OVERLOADED:
            check(answer)
        if answer.status_code != httpx.codes.OK:
            raise FileUnread(f"The server answers with status {answer.status_code}.")
        try:
            yield from _unpacked(answer)
        except (httpx.RemoteProtocolError, ValueError) as error:
            raise FileUnread("The file ended early, or is packed in an unknown way.") from error


def _unpacked(answer: httpx.Response) -> Iterator[bytes]:
    unpack = decoder(answer.headers.get("Content-Encoding", ""))
    return unpacked(answer.iter_raw(CHUNK_BYTES), unpack)
