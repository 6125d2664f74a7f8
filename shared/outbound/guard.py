"""The guard: which addresses the yard connects to when a caller names the host."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from ipaddress import ip_address

from shared.outbound.address import IP, Address, is_public, unmapped
from shared.outbound.deadline import left
from shared.outbound.error import OutboundError, Reason
from shared.outbound.host import MOST_PORT, literal, shown
from shared.outbound.resolver import LOOK_UP_SECONDS, Resolver, look_up, system_resolver
from shared.outbound.tries import CONNECT_SECONDS, tries
from shared.settings import Network

MOST_TRIED = 4
"""How many addresses of one name are tried."""


class Guard:
    """Looks names up, once for each connection, and lets only public addresses pass.

    ``allow`` are networks of the operator's that pass as well, ``resolver`` looks names up. A
    guard holds nothing open; processes and threads may share one.
    """

    def __init__(
        self, allow: Iterable[Network] = (), *, resolver: Resolver = system_resolver
    ) -> None:
        self._allow = tuple(allow)
        self._resolver = resolver

    def is_allowed(self, ip: IP) -> bool:
        """Whether a connection to ``ip`` may be made."""
        plain = unmapped(ip)
        return is_public(plain) or any(plain in network for network in self._allow)

    def resolve(self, host: str, port: int) -> Address:
        """The best address of ``host`` that passes; `OutboundError` where there is none.

        Connect to its ``ip``, never to the name again.
        """
        return self.addresses(host, port)[0]

    def addresses(self, host: str, port: int) -> Sequence[Address]:
        """Every address of ``host`` that passes, the best first; see `resolve`."""
        ip = literal(host)
        if not 0 < port <= MOST_PORT:
            raise OutboundError(shown(host), Reason.URL_REFUSED, "there is no such port")
        found = [ip] if ip is not None else self._looked_up(host)
        passing = [unmapped(each) for each in found if self.is_allowed(each)]
        if not passing:
            message = "this is not an address on the public internet"
            raise OutboundError(shown(host), Reason.ADDRESS_REFUSED, message)
        return [Address(host, str(each), port) for each in passing[:MOST_TRIED]]

    def connect(self, host: str, port: int, seconds: float = CONNECT_SECONDS) -> socket.socket:
        """A socket connected to ``host``, in blocking mode; `OutboundError` within ``seconds``."""
        for address, share in tries(self.addresses(host, port), seconds):
            with suppress(OSError):
                connected = socket.create_connection((address.ip, port), share)
                connected.settimeout(None)
                return connected
        raise OutboundError(shown(host), Reason.UNREACHABLE, f"nothing answers at port {port}")

    def _looked_up(self, host: str) -> list[IP]:
        try:
            found = look_up(self._resolver, host, left(LOOK_UP_SECONDS) or 0.0)
        except TimeoutError:
            message = "the name could not be looked up in time"
            raise OutboundError(shown(host), Reason.TOO_SLOW, message) from None
        except (OSError, UnicodeError):
            raise OutboundError(shown(host), Reason.NAME_UNKNOWN, "no such name is known") from None
        return [ip_address(each) for each in found]
