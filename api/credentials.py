"""Verified credentials, remembered for a moment so that most requests need no store."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b

from api.caller import Caller
from shared.clock import Clock

TRUSTED_SECONDS = 1.5
"""How long a verified credential is believed: a revoked one is refused after that."""
MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Known:
    caller: Caller
    until: float


class CredentialCache:
    """Remembers whom a credential belongs to; refusals are never remembered.

    Keyed by a digest, so that this process's memory holds no list of credentials.
    """

    def __init__(self, verify: Callable[[str], Caller | None], clock: Clock) -> None:
        self._verify = verify
        self._clock = clock
        self._known: dict[bytes, _Known] = {}
        self._lock = threading.Lock()

    def caller(self, credential: str) -> Caller | None:
        """Whom ``credential`` lets in, or None."""
        digest = blake2b(credential.encode(errors="replace"), digest_size=16).digest()
        began = self._clock.monotonic()
        known = self._known.get(digest)
        if known is not None and known.until > began:
            return self._unless_expired(known.caller)
        caller = self._verify(credential)
        self._remember(digest, caller, began + TRUSTED_SECONDS)
        return caller

    def _unless_expired(self, caller: Caller) -> Caller | None:
        over = caller.expires_at is not None and caller.expires_at <= self._clock.now()
        return None if over else caller

    def _remember(self, digest: bytes, caller: Caller | None, until: float) -> None:
        with self._lock:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            if caller is None:
                self._known.pop(digest, None)
            else:
                self._known[digest] = _Known(caller, until)
