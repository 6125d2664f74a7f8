"""Kombu's Redis transport with one fault mended.

When Redis restarts while a task is in flight, kombu drops its connection object; a late ack
that asks for it then raises out of the event loop and the worker exits. Here a channel remembers
the parameters that it was made with, so that the ack opens a fresh connection or fails as a
connection error, which the worker survives.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import TRANSPORT_ALIASES
from kombu.transport.redis import Channel as RedisChannel
from kombu.transport.redis import Transport as RedisTransport


class Channel(RedisChannel):
    """A channel that still knows where its Redis is after its connection was closed."""

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        self._parameters = connection.client
        super().__init__(connection, **kwargs)  # type: ignore[no-untyped-call]

    def _connparams(self, asynchronous: bool = False) -> Any:
        transport = self.connection
        closed = transport.client is None
        if closed:
            transport.client = self._parameters
        try:
            return super()._connparams(asynchronous)  # type: ignore[no-untyped-call]
        finally:
            if closed:
                transport.client = None


class Transport(RedisTransport):
    """The Redis transport with the mended channel."""

    Channel = Channel


def install() -> None:
    """Make every kombu connection of this process to ``redis://`` use the mended transport."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
