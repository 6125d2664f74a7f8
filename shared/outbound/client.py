"""httpx clients whose every connection, also after a redirect, is checked by a guard."""

from __future__ import annotations

import ssl
from typing import Any

import httpx

from shared.outbound.guard import Guard
from shared.outbound.transport import AsyncGuardedTransport, GuardedTransport
from shared.outbound.tries import CONNECT_SECONDS

IO_SECONDS = 30.0
MOST_REDIRECTS = 5
AGENT = "Taskyard"
USUAL = httpx.Timeout(IO_SECONDS, connect=CONNECT_SECONDS)


def http_client(
    guard: Guard, *, verify: ssl.SSLContext | None = None, **options: Any
) -> httpx.Client:
    """A client that follows no redirect by itself; ``options`` are those of `httpx.Client`.

    Where it is to follow them, give credentials as ``auth``: other headers go to every host.
    Refused hosts raise `OutboundError`, everything else what httpx raises.
    """
    return httpx.Client(transport=GuardedTransport(guard, verify), **_options(options))


def async_http_client(
    guard: Guard, *, verify: ssl.SSLContext | None = None, **options: Any
) -> httpx.AsyncClient:
    """The same for an event loop."""
    return httpx.AsyncClient(transport=AsyncGuardedTransport(guard, verify), **_options(options))


def _options(given: dict[str, Any]) -> dict[str, Any]:
    usual = {
        "trust_env": False,
        "timeout": USUAL,
        "max_redirects": MOST_REDIRECTS,
    }
    headers = {"User-Agent": AGENT, **dict(given.pop("headers", None) or {})}
    return {**usual, **given, "headers": headers}
