"""What leaves the yard: names resolved once, only public addresses, limits on size and time.

Use `Guard`; one for each purpose. `download` fetches one file, `http_client` is for everything
else that speaks HTTP, and other protocols take a connected socket from `Guard.connect`.
"""

from __future__ import annotations

from shared.outbound.address import Address
from shared.outbound.error import OutboundError, Reason
from shared.outbound.guard import Guard

__all__ = ["Address", "Guard", "OutboundError", "Reason"]
