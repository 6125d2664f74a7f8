"""Keys for each purpose, derived from the one secret (HKDF, RFC 5869), old secrets included."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.settings import Settings


class Purpose(StrEnum):
    """What a key is for; a key of one purpose says nothing about another's."""

    JWT = "jwt"
    PEPPER = "pepper"
    SEALING = "sealing"
    WRAPPING = "wrapping"
    COOKIES = "cookies"
    INDEXNOW = "indexnow"


def key_for(settings: Settings, purpose: Purpose) -> bytes:
    """The 32 bytes to sign, hash or seal with today."""
    return _derive(settings.secret_key, purpose)


def keys_for(settings: Settings, purpose: Purpose) -> tuple[bytes, ...]:
    """The keys to accept, today's first, then those of ``secret_keys_old``."""
    secrets = (settings.secret_key, *settings.secret_keys_old)
    return tuple(_derive(secret, purpose) for secret in secrets)


@lru_cache(maxsize=64)
def _derive(secret: str, purpose: Purpose) -> bytes:
    info = f"taskyard {purpose.value}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())
