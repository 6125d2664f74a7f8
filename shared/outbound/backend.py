"""Connections of HTTP clients: to a checked address, and within the block's time limit.

TLS stays with the client, which asks for the name and checks the certificate against it.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

from shared.outbound.deadline import left
from shared.outbound.guard import Guard
from shared.outbound.tries import tries

NO_TIME_LEFT = "The time for this request is over."


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to what the guard lets pass."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A stream to the first of the host's addresses that answers."""
        failure: Exception | None = None
        for address, seconds in tries(self._guard.addresses(host, port), timeout):
            try:
                plain = self._plain.connect_tcp(
                    address.ip, port, seconds, local_address, socket_options
                )
                return TimedStream(plain)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError()


class TimedStream(httpcore.NetworkStream):
    """A stream whose every read and write ends with the block's time limit."""

    def __init__(self, plain: httpcore.NetworkStream) -> None:
        self._plain = plain

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What is there by then."""
        return self._plain.read(max_bytes, time_for_read(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """All of ``buffer``."""
        self._plain.write(buffer, time_for_write(timeout))

    def close(self) -> None:
        """End the connection."""
        self._plain.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """The same stream, encrypted."""
        seconds = time_for_read(timeout)
        return TimedStream(self._plain.start_tls(ssl_context, server_hostname, seconds))

    def get_extra_info(self, info: str) -> Any:
        """What the plain stream knows."""
        return self._plain.get_extra_info(info)


def time_for_read(timeout: float | None) -> float | None:
    """How long a read may take; `httpcore.ReadTimeout` where no time is left."""
    if left(timeout) == 0:
        raise httpcore.ReadTimeout(NO_TIME_LEFT)
    return left(timeout)


def time_for_write(timeout: float | None) -> float | None:
    """How long a write may take; `httpcore.WriteTimeout` where no time is left."""
    if left(timeout) == 0:
        raise httpcore.WriteTimeout(NO_TIME_LEFT)
    return left(timeout)
