"""Whether the text of a key is the one that the store knows the hash of."""

from __future__ import annotations

from hmac import compare_digest

from shared.accounts.key_text import key_hash
from shared.accounts.keyring import Purpose, key_for, keys_for
from shared.settings import Settings


def hash_of(settings: Settings, text: str) -> str:
    """What the store keeps of a key, by today's pepper."""
    return key_hash(key_for(settings, Purpose.PEPPER), text)


def matching_hash(settings: Settings, text: str, known: str) -> str | None:
    """The hash of ``text`` by today's pepper, where ``known`` is its hash by any; else None.

    Whoever writes it in place of ``known`` lets an old secret go.
    """
    hashes = [key_hash(pepper, text) for pepper in keys_for(settings, Purpose.PEPPER)]
    matches = [compare_digest(one, known) for one in hashes]
    return hashes[0] if any(matches) else None
