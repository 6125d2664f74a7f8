"""What a token says once it is believed, and the refusal of one that is not. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt

from shared.accounts.credential import is_user
from shared.accounts.role import Role
from shared.errors import Refused

AUDIENCE = "taskyard"
"""Who a token must be meant for, whoever issued it."""
REQUIRED = ["iss", "aud", "exp", "iat", "sub", "role"]
BROKEN = (jwt.PyJWTError, ValueError, TypeError, ArithmeticError, RecursionError)
"""What reading a token may raise that was made to hurt the reader."""


class TokenRefused(Refused):
    """The token is forged, expired, or meant for somebody else."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="UNAUTHORIZED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """A believed token.

    ``account`` is an account's id; for another issuer's token, the id or name it is bound to.
    ``user`` is a person's name, always there for a validator. ``key_id`` is the API key that one of
    ours was made with.
    """

    account: str
    role: Role
    user: str | None
    expires_at: datetime
    key_id: str | None = None


def read_claims(
    payload: Mapping[str, Any], *, account: str, user: object, roles: frozenset[Role]
) -> Claims:
    """The claims of a verified ``payload``; `TokenRefused` where it grants what it may not."""
    role = payload.get("role")
    if not isinstance(role, str) or role not in {known.value for known in roles}:
        accepted = ", ".join(sorted(roles))
        raise TokenRefused(f"The token's role must be one of {accepted}.")
    if (user is not None and not is_user(user)) or (user is None and role == Role.VALIDATOR):
        raise TokenRefused("The token of a validator must name its user.")
    return Claims(
        account=account,
        role=Role(role),
        user=str(user) if user is not None else None,
        expires_at=_moment(payload["exp"]),
    )


def _moment(seconds: Any) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, ArithmeticError, OSError):
        raise TokenRefused("The token expires at no time there is.") from None
