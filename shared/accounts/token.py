"""Our own tokens, and the way in for all: JWTs checked as RFC 8725 asks.

Each issuer has its own keys and its own fixed list of algorithms, chosen by ``iss`` before
anything else in the token is looked at: ours are HS256 alone, another issuer's never are.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import jwt

from shared.accounts.claims import AUDIENCE, BROKEN, REQUIRED, Claims, TokenRefused, read_claims
from shared.accounts.credential import check_role, read_role
from shared.accounts.keyring import Purpose, key_for, keys_for
from shared.accounts.outside_issuer import OutsideIssuer
from shared.accounts.role import Role
from shared.db import Transaction
from shared.errors import Refused
from shared.ids import is_id
from shared.settings import Settings

ALGORITHM = "HS256"
ISSUER = "taskyard"
TYPE = "taskyard+jwt"
"""The header's ``typ``: nothing else that we sign can pass for a token."""
LONGEST_SECONDS = 366 * 24 * 3600
LONGEST_TOKEN = 8192


def issue_token(
    settings: Settings,
    account_id: str,
    role: str,
    user: str | None = None,
    ttl_seconds: float = 3600,
    key_id: str | None = None,
) -> str:
    """A token of that account for ``ttl_seconds``; `grant_token` also notes validators.

    One that was made with an API key, whose id is ``key_id``, is good for as long as the key is.
    """
    if not 1 <= ttl_seconds <= LONGEST_SECONDS:
        message = f"ttl must be 1 to {LONGEST_SECONDS} seconds."
        raise Refused(message, code="INVALID_FIELD", field="ttl")
    now = int(time.time())
    payload = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + int(ttl_seconds),
        "sub": account_id,
        "role": read_role(role, user).value,
    }
    if user is not None:
        payload["user"] = user
    if key_id is not None:
        payload["key"] = key_id
    key = key_for(settings, Purpose.JWT)
    return jwt.encode(payload, key, ALGORITHM, headers={"typ": TYPE})


def grant_token(
    tx: Transaction,
    settings: Settings,
    account_id: str,
    role: str,
    user: str | None = None,
    ttl_seconds: float = 3600,
    key_id: str | None = None,
) -> str:
    """`issue_token`, and from now on the account counts as one with validators if it is theirs."""
    text = issue_token(settings, account_id, role, user, ttl_seconds, key_id)
    check_role(tx, account_id, role, user)
    return text


def verify_token(settings: Settings, text: str, outside: OutsideIssuer | None = None) -> Claims:
    """What the token says.

    `TokenRefused` where it is not to be believed; `Unavailable` where another issuer's keys are
    needed and were never to be had.
    """
    if len(text) > LONGEST_TOKEN:
        raise TokenRefused("The token is too long.")
    issuer = _issuer(text)
    if issuer == ISSUER:
        return _verify_own(settings, text)
    if outside is not None and issuer == outside.issuer:
        return outside.verify(text)
    raise TokenRefused("The token's issuer is not known here.")


def _issuer(text: str) -> object:
    """Who says to have issued the token: picks the keys, proves nothing."""
    try:
        return jwt.decode(text, options={"verify_signature": False}).get("iss")
    except BROKEN:
        raise TokenRefused("The token is not a JSON Web Token.") from None


def _verify_own(settings: Settings, text: str) -> Claims:
    token = _decode_own(settings, text)
    payload = token["payload"]
    key_id = payload.get("key")
    is_whole = is_id(payload["sub"]) and (key_id is None or is_id(str(key_id)))
    if token["header"].get("typ") != TYPE or not is_whole:
        raise TokenRefused("The token is not one of ours.")
    claims = read_claims(
        payload, account=payload["sub"], user=payload.get("user"), roles=frozenset(Role)
    )
    return replace(claims, key_id=key_id)


def _decode_own(settings: Settings, text: str) -> dict[str, Any]:
    for key in keys_for(settings, Purpose.JWT):
        try:
            return jwt.decode_complete(
                text,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": REQUIRED},
            )
        except jwt.InvalidSignatureError:
            continue
        except BROKEN as error:
            raise TokenRefused(f"The token is refused: {error}.") from None
    raise TokenRefused("The token's signature is wrong.")
