"""Which addresses are public; pure.

The standard library's ``is_global`` changes with Python's version and calls multicast global, so
the IANA registries of special addresses are spelled out here.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

IP = IPv4Address | IPv6Address

SPECIAL_IPV4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by a carrier's customers (CGNAT)
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # the host below a virtual machine in Azure
        "169.254.0.0/16",  # link-local, and every cloud's metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
GLOBAL_IPV6 = IPv6Network("2000::/3")
"""All that is handed out to the public; loopback, ULA, link-local, multicast lie outside."""
SPECIAL_IPV6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments; Teredo, which holds an IPv4 address
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which holds an IPv4 address
        "3fff::/20",  # documentation
    )
)
NAT64 = IPv6Network("64:ff9b::/96")
"""The only way to IPv4 in some networks: the IPv4 address in its last bits decides."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to connect to: ``ip`` was checked, and ``host`` is the name it was looked up for."""

    host: str
    ip: str
    port: int


def unmapped(ip: IP) -> IP:
    """The IPv4 address that an IPv6-mapped one stands for; others as they are."""
    return getattr(ip, "ipv4_mapped", None) or ip


def is_public(ip: IP) -> bool:
    """Whether ``ip`` is a host on the public internet, for IPv6 also by the IPv4 it holds."""
    ip = unmapped(ip)
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in SPECIAL_IPV4)
    if ip.scope_id is not None:
        return False
    if ip in NAT64:
        return is_public(IPv4Address(int(ip) & 0xFFFF_FFFF))
    return ip in GLOBAL_IPV6 and not any(ip in network for network in SPECIAL_IPV6)
