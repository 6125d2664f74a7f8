"""From the text of a credential to its caller, by asking the store."""

from __future__ import annotations

from api.caller import Caller
from shared.accounts.account import Account, find_account, note_validator
from shared.accounts.api_key import is_live, verify_api_key
from shared.accounts.claims import Claims, TokenRefused
from shared.accounts.key_text import prefix_of
from shared.accounts.outside_issuer import open_outside_issuer
from shared.accounts.role import Role
from shared.accounts.token import verify_token
from shared.db import Store, Transaction
from shared.settings import Settings


class Verifier:
    """Verifies API keys and tokens; a disabled account's are refused like unknown ones."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._outside = open_outside_issuer(settings)

    def __call__(self, credential: str) -> Caller | None:
        """Whom ``credential`` lets in, or None; `Unavailable` where that cannot be told now."""
        if prefix_of(credential):
            return self._by_key(credential)
        try:
            claims = verify_token(self._settings, credential, self._outside)
        except TokenRefused:
            return None
        return self._by_claims(claims)

    def _by_key(self, text: str) -> Caller | None:
        with self._store.read() as tx:
            key = verify_api_key(tx, self._settings, text)
            account = _enabled(tx, key.account_id) if key else None
        if key is None or account is None:
            return None
        return Caller(
            account=account,
            role=key.role,
            user=key.user,
            credential_kind="api_key",
            key_id=key.id,
            expires_at=key.expires_at,
        )

    def _by_claims(self, claims: Claims) -> Caller | None:
        with self._store.read() as tx:
            account = _enabled(tx, claims.account)
            if account is None or (claims.key_id and not is_live(tx, claims.key_id)):
                return None
        if claims.role is Role.VALIDATOR and account.validators_at is None:
            with self._store.begin() as tx:
                note_validator(tx, account.id)
        return Caller(
            account=account,
            role=claims.role,
            user=claims.user,
            credential_kind="token",
            expires_at=claims.expires_at,
        )


class LocalVerifier:
    """Finds the account for which people on this machine act without a credential, by name."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, name: str) -> Caller | None:
        """An operator of the account; None where there is none, or it is disabled."""
        with self._store.read() as tx:
            account = _enabled(tx, name)
        if account is None:
            return None
        return Caller(account=account, role=Role.OPERATOR, user=None, credential_kind="local")


def _enabled(tx: Transaction, name_or_id: str) -> Account | None:
    account = find_account(tx, name_or_id)
    return account if account is not None and account.enabled else None
