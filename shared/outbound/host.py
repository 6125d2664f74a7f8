"""How a host may be spelled; pure.

An IPv4 address has one spelling here. Resolvers also take octal, hexadecimal and short ones
(``0177.1``), of which two programs may think differently.
"""

from __future__ import annotations

import re
from ipaddress import ip_address

from shared.outbound.address import IP
from shared.outbound.error import OutboundError, Reason

NUMBER = re.compile(r"(0[xX][0-9a-fA-F]*|[0-9]+)\Z")
ODD = re.compile(r"[^\w.:-]")
LONGEST_NAME = 253
"""Characters of a name in the DNS."""
MOST_PORT = 65535


def literal(host: str) -> IP | None:
    """The address that ``host`` is; None where it is a name. `OutboundError` for odd spellings.

    ``host`` may have the brackets of a URL around an IPv6 address.
    """
    bare = host.removeprefix("[").removesuffix("]")
    try:
        ip = ip_address(bare)
    except ValueError:
        _check_name(bare)
        return None
    if "%" in bare:
        raise _refused(bare, "an address with a zone is not taken")
    return ip


def shown(host: str) -> str:
    """``host`` for a message: short, and nothing in it that could be taken for something else."""
    return ODD.sub("\ufffd", host)[:LONGEST_NAME] or "(no host)"


def _check_name(name: str) -> None:
    if not name or len(name) > LONGEST_NAME or ":" in name or ODD.search(name):
        raise _refused(name, "this is not the name of a host")
    if NUMBER.match(name.rstrip(".").rpartition(".")[2]):
        raise _refused(name, "write an address as four decimal numbers")


def _refused(host: str, message: str) -> OutboundError:
    return OutboundError(shown(host), Reason.URL_REFUSED, message)
