"""Tokens for other people and programs, made from an API key."""

from __future__ import annotations

from typing import Any

from api.auth import caller
from api.failure import Kind, Rejected
from api.gateway import gateway
from shared.accounts.role import Role, may_grant
from shared.accounts.token import grant_token, verify_token
from shared.moments import time_text


def new_token(asked: dict[str, Any]) -> dict[str, Any]:
    """The token that ``asked`` describes, for the caller's account."""
    here, yard = caller(), gateway().yard
    if here.credential_kind != "api_key":
        raise Rejected(Kind.FORBIDDEN, "Tokens are made with an API key, not with a token.")
    if not may_grant(here.role, Role(asked["role"])):
        raise Rejected(Kind.FORBIDDEN, f"The role {here.role.value} may not make such a token.")
    user = asked.get("user")
    with yard.store.begin() as tx:
        text = grant_token(
            tx, yard.settings, here.account_id, asked["role"], user, asked["ttl"], here.key_id
        )
    expires_at = verify_token(yard.settings, text).expires_at
    return {"token": text, "role": asked["role"], "user": user, "expiresAt": time_text(expires_at)}
