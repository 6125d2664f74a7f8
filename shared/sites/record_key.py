"""Keys of records in an AT Protocol repository, made so that the same task has the same; pure.

A key is a TID: 53 bits of microseconds since 1970 and 10 bits to tell clocks apart, in base32.
https://atproto.com/specs/tid
"""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
CHARACTERS = 13
MICROSECONDS_BITS = 53
CLOCK_BITS = 10


def record_key(key: str) -> str:
    """The TID for ``key``, always the same.

    Where ``key`` is a UUID with a time in it (version 7), as ids of tasks are, the TID has that
    time, so that posts sort as they were made; all else is taken from the key's hash.
    """
    hashed = int.from_bytes(sha256(key.encode()).digest())
    milliseconds = _milliseconds(key)
    if milliseconds is None:
        microseconds = hashed >> CLOCK_BITS & (1 << MICROSECONDS_BITS) - 1
    else:
        microseconds = milliseconds * 1000 + (hashed >> CLOCK_BITS) % 1000
    return tid(microseconds, hashed & (1 << CLOCK_BITS) - 1)


def tid(microseconds: int, clock: int) -> str:
    """The TID of a moment, in microseconds since 1970, by the clock with that number."""
    number = microseconds << CLOCK_BITS | clock
    places = range(5 * (CHARACTERS - 1), -1, -5)
    return "".join(ALPHABET[number >> place & 31] for place in places)


def _milliseconds(key: str) -> int | None:
    try:
        uuid = UUID(key)
    except ValueError:
        return None
    return uuid.int >> 80 if uuid.version == 7 else None
