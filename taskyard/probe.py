"""Asks the yard's own pages whether they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import orjson

TIMEOUT_SECONDS = 2.0
NO_HEADERS: Mapping[str, str] = {}
_opener = build_opener(ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page said; ``status`` 0 means that nobody answered."""

    status: int
    body: bytes

    @property
    def reasons(self) -> list[str]:
        """Why the gateway says it is not ready, where it says so."""
        try:
            reasons = orjson.loads(self.body).get("reasons", [])
        except (orjson.JSONDecodeError, AttributeError):
            return []
        return [str(reason) for reason in reasons]


def get(url: str, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
    """GET ``url``, never through a proxy; never raises."""
    request = Request(url, headers=dict(headers))  # noqa: S310 - our own pages only
    try:
        with _opener.open(request, timeout=TIMEOUT_SECONDS) as response:
            return Answer(response.status, response.read())
    except HTTPError as error:
        return Answer(error.code, error.read())
    except OSError:
        return Answer(0, b"")


def url_of(host: str, port: int) -> str:
    """The address by which this machine reaches what listens on ``host``."""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - a name for every interface, not a bind
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if _is_v6(host) else f"http://{host}:{port}"


def _is_v6(host: str) -> bool:
    try:
        return ip_address(host).version == 6
    except ValueError:
        return False
