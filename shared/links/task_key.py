"""An order's key as a name of files and folders. Pure."""

from __future__ import annotations

import re

from shared.links.order import Order
from shared.sites.outcome import NotAccepted

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")


def checked_key(order: Order) -> str:
    """The key, which names one file or folder and nothing elsewhere; else `NotAccepted`."""
    if not KEY.fullmatch(order.key):
        raise NotAccepted("key: letters, digits and '-', 64 at most.", code="INVALID_FIELD")
    return order.key
