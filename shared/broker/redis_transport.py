"""Kombu's Redis transport with two faults mended, either of which ends a worker; and fair lanes.

When Redis restarts while a task is in flight, kombu drops its connection object; a late ack
that asks for it then raises out of the event loop and the worker exits. Here a channel remembers
the parameters that it was made with, so that the ack opens a fresh connection or fails as a
connection error, which the worker survives.

When Redis has no memory left, a message that was taken cannot be noted as unacknowledged, and the
error ends the worker. Here it goes on without the note: taking messages is what makes room again,
and of those that get lost the rows know.
"""

from __future__ import annotations

import logging
from typing import Any

from kombu.transport import TRANSPORT_ALIASES
from kombu.transport.redis import Channel as RedisChannel
from kombu.transport.redis import QoS as RedisQoS
from kombu.transport.redis import Transport as RedisTransport
from kombu.transport.virtual import QoS as VirtualQoS
from redis.exceptions import OutOfMemoryError

log = logging.getLogger(__name__)
REGULAR_EVERY = 4
"""Each so many takes a message that is not express goes first."""


class QoS(RedisQoS):
    """The record of unacknowledged messages, which does without a Redis that is full."""

    def append(self, message: Any, delivery_tag: str) -> None:
        """Note ``message``, here and in Redis if there is room."""
        try:
            super().append(message, delivery_tag)  # type: ignore[no-untyped-call]
        except OutOfMemoryError as error:
            log.warning("the broker's memory is full: %s", error)
            VirtualQoS.append(self, message, delivery_tag)


class Channel(RedisChannel):
    """A channel that still knows where its Redis is after its connection was closed."""

    QoS = QoS

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        self._parameters = connection.client
        self._takes = 0
        self._is_turned = False
        super().__init__(connection, **kwargs)  # type: ignore[no-untyped-call]

    def _brpop_start(self, timeout: float | None = None) -> None:
        """Ask for the next message; every fourth time those that are not express go first.

        Kombu takes messages strictly by priority: the express ones could keep all others waiting
        for ever.
        """
        self._takes += 1
        self._is_turned = self._takes % REGULAR_EVERY == 0
        try:
            super()._brpop_start(timeout=timeout)  # type: ignore[no-untyped-call]
        finally:
            self._is_turned = False

    def _q_for_pri(self, queue: str, pri: int) -> Any:
        """The name of the list of ``queue`` for a priority."""
        if self._is_turned:
            pri = self.priority_steps[0] + self.priority_steps[-1] - pri
        return super()._q_for_pri(queue, pri)  # type: ignore[no-untyped-call]

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

    connection_errors = (*RedisTransport.connection_errors, OutOfMemoryError)
    """A worker that starts while it is full tries again, as with a Redis that is away."""


def install() -> None:
    """Make every kombu connection of this process to ``redis://`` use the mended transport."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
