"""The ids of tasks that a request with a key makes: always the same ones. Pure."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

PLACES = 2**20
"""How many tasks one request may make."""
_VERSION = 7 << 76
_VARIANT = 2 << 62


def task_id(memo_id: str, place: int) -> str:
    """The id of the task at ``place``, from 0, in the request of a memo.

    A UUIDv7 (RFC 9562) of the memo's time: its counter is the place, so ids are in the tasks'
    order, and the rest follows from the memo's id.
    """
    if not 0 <= place < PLACES:
        raise ValueError(f"a request makes no task number {place}")
    time = UUID(memo_id).int >> 80 << 80
    rest = int.from_bytes(sha256(memo_id.encode()).digest()) % 2**54
    counter = (place >> 8) << 64 | (place & 0xFF) << 54
    return str(UUID(int=time | _VERSION | counter | _VARIANT | rest))
