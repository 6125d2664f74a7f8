"""The text of an API key: recognisable, unguessable, and checkable without the store. Pure.

``ty_<prefix>_<secret>_<checksum>``: the prefix is public and finds the row; the secret is 32
characters of 62 (190 bits); the checksum lets leak scanners, and us, tell a key from noise.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from secrets import choice
from string import ascii_letters, digits
from zlib import crc32

ALPHABET = digits + ascii_letters
PREFIX_LENGTH = 10
SECRET_LENGTH = 32
SHAPE = re.compile(
    rf"ty_(?P<prefix>[0-9A-Za-z]{{{PREFIX_LENGTH}}})_[0-9A-Za-z]{{{SECRET_LENGTH}}}_[0-9a-f]{{8}}"
)


def new_key_text() -> str:
    """A fresh key from the system's randomness."""
    body = f"ty_{_random(PREFIX_LENGTH)}_{_random(SECRET_LENGTH)}"
    return f"{body}_{_checksum(body)}"


def prefix_of(text: str) -> str | None:
    """The public prefix, or None where ``text`` is not the text of a key."""
    match = SHAPE.fullmatch(text)
    if match is None or _checksum(text[:-9]) != text[-8:]:
        return None
    return match["prefix"]


def key_hash(pepper: bytes, text: str) -> str:
    """What the store keeps of a key: useless without the pepper, 64 hex digits."""
    return hmac.new(pepper, text.encode(), sha256).hexdigest()


def _random(length: int) -> str:
    return "".join(choice(ALPHABET) for _ in range(length))


def _checksum(body: str) -> str:
    return f"{crc32(body.encode()):08x}"
