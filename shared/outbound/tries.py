"""Several addresses of one host, tried in turn within one time limit."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from shared.outbound.address import Address
from shared.outbound.deadline import left

CONNECT_SECONDS = 10.0
LEAST_SECONDS = 0.001


def tries(addresses: Sequence[Address], seconds: float | None) -> Iterator[tuple[Address, float]]:
    """Each address with its share of ``seconds``, so that a silent one leaves time for the next.

    What an address does not use goes to those after it.
    """
    allowed = left(CONNECT_SECONDS if seconds is None else seconds) or 0.0
    ends_at = time.monotonic() + allowed
    for number, address in enumerate(addresses):
        share = (ends_at - time.monotonic()) / (len(addresses) - number)
        yield address, max(share, LEAST_SECONDS)
