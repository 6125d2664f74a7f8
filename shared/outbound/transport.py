"""Guarded connections below httpx's clients, synchronous and not.

httpx's own transports cannot be told how to connect; these hand requests to the same connection
pools, which can. Proxies of the environment are not used: they would look names up themselves.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, cast

import httpcore
import httpx

from shared.outbound.async_backend import AsyncGuardedBackend
from shared.outbound.backend import GuardedBackend
from shared.outbound.guard import Guard

MOST_CONNECTIONS = 20
IDLE_SECONDS = 5.0
OUTER = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
)
"""What the pools raise; httpx has a class of the same name for each."""


@cache
def trusted_issuers() -> ssl.SSLContext:
    """What says which servers are who they say they are; reading all issuers takes long."""
    return httpx.create_ssl_context()


class GuardedTransport(httpx.BaseTransport):
    """For `httpx.Client` and what is built on it."""

    def __init__(self, guard: Guard, verify: ssl.SSLContext | None = None) -> None:
        self._pool = httpcore.ConnectionPool(
            verify or trusted_issuers(),
            max_connections=MOST_CONNECTIONS,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=GuardedBackend(guard),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body still to be read."""
        with _translated():
            answer = self._pool.handle_request(_inner(request))
        return _outer(answer, _Body(answer))

    def close(self) -> None:
        """End every connection."""
        self._pool.close()


class AsyncGuardedTransport(httpx.AsyncBaseTransport):
    """For `httpx.AsyncClient` and what is built on it; ``connections`` at once at most."""

    def __init__(
        self,
        guard: Guard,
        verify: ssl.SSLContext | None = None,
        connections: int = MOST_CONNECTIONS,
    ) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            verify or trusted_issuers(),
            max_connections=connections,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=AsyncGuardedBackend(guard),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body still to be read."""
        with _translated():
            answer = await self._pool.handle_async_request(_inner(request))
        return _outer(answer, _AsyncBody(answer))

    async def aclose(self) -> None:
        """End every connection."""
        await self._pool.aclose()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _translated():
            yield from cast(Iterable[bytes], self._answer.stream)

    def close(self) -> None:
        self._answer.close()


class _AsyncBody(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _translated():
            async for chunk in cast(AsyncIterable[bytes], self._answer.stream):
                yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()


def _inner(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        request.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=cast(Any, request.stream),
        extensions=request.extensions,
    )


def _outer(answer: httpcore.Response, body: Any) -> httpx.Response:
    return httpx.Response(
        answer.status, headers=answer.headers, stream=body, extensions=dict(answer.extensions)
    )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OUTER as error:
        raise getattr(httpx, type(error).__name__)(str(error)) from error
