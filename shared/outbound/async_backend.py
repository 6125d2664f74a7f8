"""The same as `backend`, for clients that run in an event loop."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

from shared.outbound.backend import time_for_read, time_for_write
from shared.outbound.guard import Guard
from shared.outbound.tries import tries


class AsyncGuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to what the guard lets pass."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A stream to the first of the host's addresses that answers."""
        addresses = await asyncio.to_thread(self._guard.addresses, host, port)
        failure: Exception | None = None
        for address, seconds in tries(addresses, timeout):
            try:
                plain = await self._plain.connect_tcp(
                    address.ip, port, seconds, local_address, socket_options
                )
                return AsyncTimedStream(plain)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._plain.sleep(seconds)


class AsyncTimedStream(httpcore.AsyncNetworkStream):
    """A stream whose every read and write ends with the block's time limit."""

    def __init__(self, plain: httpcore.AsyncNetworkStream) -> None:
        self._plain = plain

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What is there by then."""
        return await self._plain.read(max_bytes, time_for_read(timeout))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """All of ``buffer``."""
        await self._plain.write(buffer, time_for_write(timeout))

    async def aclose(self) -> None:
        """End the connection."""
        await self._plain.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """The same stream, encrypted."""
        seconds = time_for_read(timeout)
        return AsyncTimedStream(await self._plain.start_tls(ssl_context, server_hostname, seconds))

    def get_extra_info(self, info: str) -> Any:
        """What the plain stream knows."""
        return self._plain.get_extra_info(info)
