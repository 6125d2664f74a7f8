"""One try to send a delivery."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from random import random

import httpx

from shared.clock import Clock
from shared.errors import Refused
from shared.notices.attempts import Reception, reception_of
from shared.notices.claiming import Sending
from shared.notices.endpoint_url import check_endpoint
from shared.notices.settling import Tried
from shared.notices.signature import signed
from shared.outbound.deadline import within
from shared.outbound.error import OutboundError
from shared.outbound.retry_after import asked_seconds
from shared.settings import Network

log = logging.getLogger(__name__)
TRY_SECONDS = 20.0
"""For all of a try: looking up, connecting, sending, and the answer."""
ANSWER_BYTES = 1024
"""How much of an answer is read and kept."""
HEADERS = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
NO_SECRET = "Its secret cannot be opened with the keys of this yard."  # noqa: S105 - a sentence
FAILURES = (OutboundError, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, Refused, OSError)


@dataclass(slots=True)
class _Answered:
    """What came back so far."""

    status_code: int | None = None
    asked_seconds: float | None = None
    answer: bytes = b""


class Poster:
    """Sends deliveries through a guarded client; ``clock`` is the one that receivers know."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        allow: tuple[Network, ...],
        clock: Clock,
        try_seconds: float = TRY_SECONDS,
    ) -> None:
        self._client = client
        self._allow = allow
        self._clock = clock
        self._try_seconds = try_seconds

    async def post(self, sending: Sending) -> Tried:
        """Try once; what came of it. Raises nothing but what cancels it."""
        at, began = self._clock.now(), self._clock.monotonic()
        answered = _Answered()
        error: str | None = None
        try:
            async with asyncio.timeout(self._try_seconds):
                await self._send(sending, answered)
        except (TimeoutError, httpx.TimeoutException):
            error = f"It did not answer within {self._try_seconds:g} s."
        except FAILURES as failure:
            error = _told(failure)
        except Exception:
            log.exception("delivery %s cannot be sent", sending.id)
            error = "It cannot be sent; the reason is in the log of this server."
        if answered.status_code is not None:
            error = _complaint(answered.status_code)
        return Tried(
            sending=sending,
            at=at,
            duration_seconds=round(self._clock.monotonic() - began, 3),
            status_code=answered.status_code,
            error=error,
            answer=_text(answered.answer),
            asked_seconds=answered.asked_seconds,
            share=random(),  # noqa: S311 - jitter
        )

    async def _send(self, sending: Sending, answered: _Answered) -> None:
        if not sending.secrets:
            raise OutboundRefused(NO_SECRET)
        url = check_endpoint(sending.url, self._allow)
        headers = signed(sending.secrets, sending.id, self._clock.now(), sending.body)
        content = sending.body.encode()
        with within(self._try_seconds):
            async with self._client.stream(
                "POST", url, content=content, headers=HEADERS | headers
            ) as response:
                answered.status_code = response.status_code
                answered.asked_seconds = asked_seconds(response.headers, self._clock)
                await _read(response.aiter_raw(), answered)


class OutboundRefused(httpx.HTTPError):
    """There is nothing to send; its message says why."""


async def _read(pieces: AsyncIterator[bytes], answered: _Answered) -> None:
    """The beginning of the body, as far as it comes."""
    async for piece in pieces:
        answered.answer = (answered.answer + piece)[:ANSWER_BYTES]
        if len(answered.answer) == ANSWER_BYTES:
            return


def _told(failure: Exception) -> str:
    """What went wrong on the way, in words that the webhook's owner may read."""
    if isinstance(failure, (OutboundRefused, OutboundError, Refused)):
        return str(failure)
    return f"The connection could not be made, or broke ({type(failure).__name__})."


def _complaint(status_code: int) -> str | None:
    """What is wrong with an answer; None where it is taken."""
    if reception_of(status_code) is Reception.TAKEN:
        return None
    redirects = "; redirects are not followed" if 300 <= status_code < 400 else ""
    return f"It answered with status {status_code}{redirects}."


def _text(answer: bytes) -> str:
    return answer.decode("utf-8", "replace").replace("\0", "\ufffd")
