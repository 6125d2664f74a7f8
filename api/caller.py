"""Who is calling: the account, the role and, where there is one, the person. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.accounts.account import Account
from shared.accounts.role import Role

CredentialKind = Literal["api_key", "token", "local"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A verified credential; ``key_id`` is the API key's id, None for a token.

    ``local`` is somebody on the gateway's own machine, who needs none.

    ``account`` is as it was when the credential was verified, a moment ago: its balance is not
    to be trusted.
    """

    account: Account
    role: Role
    user: str | None
    credential_kind: CredentialKind
    key_id: str | None = None
    expires_at: datetime | None = None

    @property
    def account_id(self) -> str:
        """The account for which the caller acts."""
        return self.account.id

    @property
    def counted_as(self) -> str:
        """Whose requests count together: an API key's, or those of one who has a token."""
        return self.key_id or f"{self.account_id}/{self.user or ''}"

    @property
    def actor(self) -> str:
        """The name under which the caller's steps are written down."""
        return f"user:{self.user}" if self.user else f"api:{self.role.value}"
