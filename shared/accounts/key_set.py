"""Another issuer's public keys: fetched over HTTP, kept, and asked for again with restraint."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.client import HTTPException
from threading import Lock
from typing import Any
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from shared.accounts.claims import TokenRefused
from shared.clock import Clock, SystemClock
from shared.errors import Unavailable

log = logging.getLogger(__name__)
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
TIMEOUT_SECONDS = 3.0
REFRESH_SECONDS = 3600.0
"""Keys are fetched again after this long, so that a withdrawn one stops working."""
LONGEST_SECONDS = 24 * 3600.0
"""Keys that could not be fetched again are believed for this long."""
PAUSE_SECONDS = 30.0
"""The least time between two fetches: unknown key ids are free to make up."""
MOST_BYTES = 1024 * 1024
SHORTEST_RSA_BITS = 2048

Keys = dict[str | None, jwt.PyJWK]


class KeySet:
    """The keys behind one URL, by key id; many threads may ask."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock | None = None,
        fetch: Callable[[str], bytes] | None = None,
    ) -> None:
        self._url = url
        self._clock = clock or SystemClock()
        self._fetch = fetch or fetch_keys
        self._lock = Lock()
        self._keys: Keys = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None

    def get(self, key_id: str | None) -> jwt.PyJWK:
        """The key of that id (without one, the only key there is); else `TokenRefused`.

        `Unavailable` while no keys are to be had.
        """
        if self._age() > REFRESH_SECONDS or key_id not in self._keys:
            with self._lock:
                self._refresh(key_id)
        if self._age() > LONGEST_SECONDS:
            raise Unavailable("The token issuer's keys cannot be had now.")
        try:
            return self._keys[key_id]
        except KeyError:
            raise TokenRefused("The token is signed by a key that its issuer lacks.") from None

    def _refresh(self, key_id: str | None) -> None:
        """Fetch, unless another thread just has, or a fetch was tried a moment ago."""
        if self._age() <= REFRESH_SECONDS and key_id in self._keys:
            return
        now = self._clock.monotonic()
        if self._tried_at is not None and now - self._tried_at < PAUSE_SECONDS:
            return
        self._tried_at = now
        try:
            self._keys = read_keys(self._fetch(self._url))
            self._fetched_at = now
        except (HTTPException, ValueError, OSError) as error:
            log.warning("the token issuer's keys cannot be fetched: %s", error)

    def _age(self) -> float:
        if self._fetched_at is None:
            return float("inf")
        return self._clock.monotonic() - self._fetched_at


def fetch_keys(url: str) -> bytes:
    """The document at ``url``, by HTTP(S) alone; it is the operator's own, so nothing redirects."""
    opener = OpenerDirector()
    opener.add_handler(HTTPHandler())
    opener.add_handler(HTTPSHandler())
    answer = opener.open(url, timeout=TIMEOUT_SECONDS)
    if answer is None:
        raise ValueError("its address is not one of http or https")
    with answer:
        document: bytes = answer.read(MOST_BYTES + 1)
    if answer.status != HTTPStatus.OK or len(document) > MOST_BYTES:
        raise ValueError(f"the answer was {answer.status} with {len(document)} bytes or more")
    return document


def read_keys(document: bytes) -> Keys:
    """The keys of a JWKS document that may sign; a single one also stands for "no key id"."""
    read = orjson.loads(document)
    listed = read.get("keys") if isinstance(read, dict) else None
    if not isinstance(listed, list):
        raise ValueError("it is no JSON Web Key Set")
    keys: Keys = {key.key_id: key for key in _usable(listed) if isinstance(key.key_id, str)}
    alone = list(_usable(listed))
    return keys | {None: alone[0]} if len(alone) == 1 else keys


def _usable(listed: list[Any]) -> Iterator[jwt.PyJWK]:
    """Public keys for signatures: shared secrets, weak keys and keys to encrypt are passed by."""
    for item in listed:
        try:
            key = jwt.PyJWK(item)
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError, KeyError):
            continue
        is_weak = isinstance(key.key, RSAPublicKey) and key.key.key_size < SHORTEST_RSA_BITS
        signs = key.algorithm_name in ALGORITHMS and key.public_key_use in (None, "sig")
        if signs and not is_weak:
            yield key
