"""Where credentials and files may travel without TLS: in networks that the operator allows."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from shared.outbound import Guard, OutboundError
from shared.settings import Settings
from shared.sources.source import unusable

PORTS = {"http": 80, "https": 443}


def is_plain_allowed(settings: Settings, host: str, port: int) -> bool:
    """Whether every address of ``host`` is in an allowed network.

    Raises `TaskError` where ``host`` has no address that may be connected to at all.
    """
    try:
        found = Guard(settings.allow_networks).addresses(host, port)
    except OutboundError as error:
        raise error.as_task_error() from error
    return all(
        any(ip_address(each.ip) in network for network in settings.allow_networks) for each in found
    )


def check_endpoint(settings: Settings, url: str) -> None:
    """Raise `TaskError` where ``url`` (http or https) may not be asked."""
    parts = urlsplit(url)
    port = parts.port or PORTS[parts.scheme]
    allowed = is_plain_allowed(settings, parts.hostname or "", port)
    if parts.scheme == "http" and not allowed:
        raise unusable("Plain http is for networks in TASKYARD_ALLOW_NETWORKS only: use https.")
