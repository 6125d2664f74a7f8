"""Who needs no credential: somebody on the gateway's own machine, and no page in a browser. Pure.

A page that a browser shows can reach this machine as well. It sends an Origin with everything that
changes something, or says by Sec-Fetch-Site for whom it asks; where a name of its own is made to
lead here (DNS rebinding), that name stands in Host. What a proxy passes on comes from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address

HOST = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)
FOREIGN = frozenset({"origin", "forwarded", "x-real-ip", "via"})
FOREIGN_PREFIX = "x-forwarded"
FETCHED_FOR = "sec-fetch-site"
OWN_WORDS = frozenset({"none", "same-origin"})
"""What a browser says where no other site asks: the person does, or a page of the gateway."""


def obstacle(bound_to: str, peer: str | None, headers: Mapping[str, str]) -> str | None:
    """Why a request without a credential is not let in; None where it is.

    ``bound_to`` is the address that the gateway listens at; ``headers`` has lower-case names.
    """
    if not is_loopback(bound_to):
        return "the gateway does not listen at this machine alone"
    if peer is None or not is_loopback(peer):
        return "it comes from another machine"
    if not HOST.fullmatch(headers.get("host", "")):
        return "its Host is not localhost, 127.0.0.1 or [::1]"
    foreign = sorted(n for n in headers if n in FOREIGN or n.startswith(FOREIGN_PREFIX))
    if foreign:
        return f"it has a header {foreign[0]}"
    if headers.get(FETCHED_FOR, "none") not in OWN_WORDS:
        return f"its {FETCHED_FOR} is not one of {', '.join(sorted(OWN_WORDS))}"
    return None


def is_loopback(address: str) -> bool:
    """Whether ``address`` is of this machine alone; IPv4 may be written as IPv6."""
    if address == "localhost":
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback
