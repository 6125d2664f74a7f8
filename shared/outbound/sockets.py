"""A guard for clients built on aiohttp: each of their sockets is checked as it is made."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from shared.outbound.error import OutboundError, Reason
from shared.outbound.guard import Guard


def socket_factory(guard: Guard) -> Callable[[Any], socket.socket]:
    """For aiohttp's ``TCPConnector(socket_factory=…)``, aiobotocore's ``connector_args``.

    aiohttp calls it for every address that it is about to connect to, so what a name stands for
    at another time does not matter; refused ones raise `OutboundError`.
    """

    def make(entry: Any) -> socket.socket:
        family, kind, protocol, _, (ip, *_) = entry
        if not guard.is_allowed(ip_address(ip)):
            message = "this is not an address on the public internet"
            raise OutboundError("storage", Reason.ADDRESS_REFUSED, message)
        return socket.socket(family, kind, protocol)

    return make
