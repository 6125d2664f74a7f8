"""One file fetched from outside, piece by piece, within limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import httpx

from shared.outbound.client import AGENT, MOST_REDIRECTS, USUAL
from shared.outbound.content_coding import decoder, unpacked
from shared.outbound.deadline import within
from shared.outbound.error import OutboundError, Reason
from shared.outbound.transport import GuardedTransport
from shared.outbound.url import checked_url

PIECE_BYTES = 1024 * 1024
HEADERS = {"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
PASSING_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
Write = Callable[[bytes], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one download may take, redirects included."""

    size_bytes: int
    seconds: float
    redirects: int = MOST_REDIRECTS


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What came: the URL it came from in the end, and what its server says it is."""

    url: httpx.URL
    size_bytes: int
    content_type: str
    disposition: str


def download(guarded: GuardedTransport, url: str, write: Write, limits: Limits) -> Downloaded:
    """Hand the body at ``url`` to ``write``, piece by piece; `OutboundError` if it cannot be had.

    What was written before an error is no file. Nothing but the URL tells who asks: no cookie
    and no header of one host is sent to another.
    """
    target = checked_url(url)
    with within(limits.seconds):
        for _ in range(limits.redirects + 1):
            with _asked(guarded, target) as answer:
                if not answer.has_redirect_location:
                    return _received(answer, target, write, limits)
                target = checked_url(answer.headers["Location"], target)
    message = f"it redirects more than {limits.redirects} times"
    raise OutboundError(target.host, Reason.TOO_MANY_REDIRECTS, message)


@contextmanager
def _asked(guarded: GuardedTransport, url: httpx.URL) -> Iterator[httpx.Response]:
    """The answer to a GET; what goes wrong with it becomes `OutboundError`.

    Without a client of httpx, which has a mind of its own about redirects.
    """
    request = httpx.Request("GET", url, headers=HEADERS, extensions={"timeout": USUAL.as_dict()})
    try:
        with closing(guarded.handle_request(request)) as answer:
            yield answer
    except httpx.TimeoutException as error:
        raise OutboundError(url.host, Reason.TOO_SLOW, "it took too long to answer") from error
    except (httpx.HTTPError, httpx.StreamError) as error:
        message = "the connection could not be made, or broke"
        raise OutboundError(url.host, Reason.UNREACHABLE, message) from error


def _received(answer: httpx.Response, url: httpx.URL, write: Write, limits: Limits) -> Downloaded:
    _check_head(answer, url.host, limits)
    size = 0
    for chunk in _body(answer, url.host):
        size += len(chunk)
        if size > limits.size_bytes:
            raise _too_large(url.host, limits)
        write(chunk)
    headers = answer.headers
    return Downloaded(
        url, size, headers.get("Content-Type", ""), headers.get("Content-Disposition", "")
    )


def _check_head(answer: httpx.Response, host: str, limits: Limits) -> None:
    if answer.status_code != httpx.codes.OK:
        message = f"it answered with status {answer.status_code}"
        passing = answer.status_code in PASSING_STATUSES
        raise OutboundError(host, Reason.BAD_ANSWER, message, retryable=passing)
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > limits.size_bytes:
        raise _too_large(host, limits)


def _body(answer: httpx.Response, host: str) -> Iterator[bytes]:
    try:
        unpack = decoder(answer.headers.get("Content-Encoding", ""))
        yield from unpacked(answer.iter_raw(PIECE_BYTES), unpack)
    except ValueError:
        message = "its answer is compressed in a way that cannot be read"
        raise OutboundError(host, Reason.BAD_ANSWER, message) from None


def _too_large(host: str, limits: Limits) -> OutboundError:
    message = f"the file is larger than {limits.size_bytes} bytes"
    return OutboundError(host, Reason.TOO_LARGE, message)
