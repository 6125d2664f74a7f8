"""The headers that a receiver knows a notice by.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime


def signed(secrets: Sequence[str], delivery_id: str, at: datetime, body: str) -> dict[str, str]:
    """The headers of a try at ``at``, with a signature by each of ``secrets``."""
    from standardwebhooks.webhooks import Webhook  # it brings models that only senders need

    signatures = (Webhook(secret).sign(delivery_id, at, body) for secret in secrets)
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
