"""Another issuer's tokens, believed by the public keys it publishes (JWKS, RFC 7517).

They are bound to one account and grant buyer or validator only. Only signatures by a private key
count, by the algorithm that belongs to the published key: what the token names is no choice.
"""

from __future__ import annotations

from typing import Any

import jwt

from shared.accounts.claims import AUDIENCE, BROKEN, REQUIRED, Claims, TokenRefused, read_claims
from shared.accounts.key_set import ALGORITHMS, KeySet
from shared.accounts.role import OUTSIDE_ROLES
from shared.settings import Settings

TYPES = (None, "jwt", "at+jwt", "application/at+jwt")
LEEWAY_SECONDS = 10
"""How far the issuer's clock may be from ours."""
LONGEST_KEY_ID = 256


class OutsideIssuer:
    """The one issuer besides us; made once in a process, as it remembers the keys."""

    def __init__(self, issuer: str, account: str, keys: KeySet) -> None:
        self.issuer = issuer
        self.account = account
        self._keys = keys

    def verify(self, text: str) -> Claims:
        """What the token says; `TokenRefused`, or `Unavailable` where no keys can be had."""
        try:
            key = self._keys.get(_key_id(text))
            token = self._decode(text, key)
        except BROKEN as error:
            raise TokenRefused(f"The token is refused: {error}.") from None
        payload = token["payload"]
        user = payload.get("user", payload["sub"])
        return read_claims(payload, account=self.account, user=user, roles=OUTSIDE_ROLES)

    def _decode(self, text: str, key: jwt.PyJWK) -> dict[str, Any]:
        token = jwt.decode_complete(
            text,
            key,
            algorithms=list(ALGORITHMS),
            audience=AUDIENCE,
            issuer=self.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": REQUIRED},
        )
        kind = token["header"].get("typ")
        if (kind.lower() if isinstance(kind, str) else kind) not in TYPES:
            raise TokenRefused("The token is of a type that grants no access.")
        return token


def open_outside_issuer(settings: Settings) -> OutsideIssuer | None:
    """The issuer that the settings name, or None where one of the three is not set."""
    url, issuer, account = settings.jwks_url, settings.jwks_issuer, settings.jwks_account
    return OutsideIssuer(issuer, account, KeySet(url)) if url and issuer and account else None


def _key_id(text: str) -> str | None:
    found = jwt.get_unverified_header(text).get("kid")
    if found is not None and (not isinstance(found, str) or len(found) > LONGEST_KEY_ID):
        raise TokenRefused("The token's key id is not a short text.")
    return found
