"""Why a request with an ``Idempotency-Key`` is not done."""

from __future__ import annotations

from api.failure import Kind, Rejected, rejected_field
from shared.idempotency.memo import LONGEST_KEY

HEADER = "Idempotency-Key"
RETRY_AFTER_SECONDS = 1


def read_key(text: str) -> str:
    """The key in the header; 400 where it cannot be one."""
    key = text.strip()
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        detail = f"must be 1 to {LONGEST_KEY} printable ASCII characters, best a random UUID."
        raise rejected_field(HEADER, detail)
    return key


def mismatch() -> Rejected:
    """422: the key belongs to another request."""
    return Rejected(
        Kind.KEY_REUSED,
        f"{HEADER}: was used with another request; send a new key, or the same request.",
    )


def still_running() -> Rejected:
    """409: the same request is done at this moment."""
    return Rejected(
        Kind.CONFLICT,
        f"{HEADER}: the first request with it is still running; ask again for its answer.",
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


def not_readable() -> Rejected:
    """409 for good: the request was done, and the yard lost the key that its answer is under."""
    return Rejected(
        Kind.CONFLICT,
        f"{HEADER}: the request was done, but its answer cannot be read any more; look for what "
        "it made.",
    )
