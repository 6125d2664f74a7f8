"""Which URLs notices may be sent to: https, on the public internet, or where the operator allows.

What is found wrong here is told to who names the URL. Whatever was let through, the guard checks
every connection again, for a name may stand for another address by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

from shared.errors import Refused
from shared.outbound.address import IP
from shared.outbound.deadline import within
from shared.outbound.error import OutboundError, Reason
from shared.outbound.guard import Guard
from shared.outbound.host import literal
from shared.outbound.url import checked_url
from shared.settings import Network

LONGEST_URL = 2000
LOOK_UP_SECONDS = 3.0
LOCALHOST = "localhost"
LOOPBACK = ip_address("127.0.0.1")
PORTS = {"http": 80, "https": 443}
A_URL = "must be an https URL, such as https://example.org/hook"


def check_endpoint(text: str, allow: Sequence[Network], field: str = "url") -> str:
    """``text``, once it is a URL that notices may go to; names are not looked up.

    ``allow`` are networks that are no public ones, and whose addresses may be reached by http as
    well. `Refused` names ``field`` and what would do.
    """
    if len(text) > LONGEST_URL or not text.isprintable():
        raise _refused(field, f"must be a URL of at most {LONGEST_URL} characters.")
    try:
        url = checked_url(text)
        ip = _address(url.host)
    except OutboundError as error:
        raise _refused(field, f"{A_URL}: {str(error).removeprefix(error.host + ': ')}.") from None
    if ip is not None and not Guard(allow).is_allowed(ip):
        raise _not_public(field)
    if url.scheme == "http" and not _is_listed(ip, allow):
        raise _refused(field, "must begin with https://.")
    return str(url)


def check_reachable(text: str, allow: Sequence[Network], field: str = "url") -> str:
    """The same, and the name is looked up: not in a transaction, nor where many wait.

    A name that nobody knows yet is let through: there may be one before the first notice.
    """
    checked = check_endpoint(text, allow, field)
    url = checked_url(checked)
    try:
        with within(LOOK_UP_SECONDS):
            Guard(allow).resolve(url.host, url.port or PORTS[url.scheme])
    except OutboundError as error:
        if error.reason is Reason.ADDRESS_REFUSED:
            raise _not_public(field) from None
    return checked


def _address(host: str) -> IP | None:
    """The address that ``host`` is; None where it has to be looked up."""
    return LOOPBACK if host.rstrip(".").lower() == LOCALHOST else literal(host)


def _is_listed(ip: IP | None, allow: Sequence[Network]) -> bool:
    return ip is not None and any(ip in network for network in allow)


def _not_public(field: str) -> Refused:
    detail = "must be on the public internet, or in a network that this server's operator allows."
    return _refused(field, detail)


def _refused(field: str, detail: str) -> Refused:
    return Refused(f"{field}: {detail}", code="INVALID_FIELD", field=field)
