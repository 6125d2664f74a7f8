"""API keys: shown once, stored as a public prefix and a peppered hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ForeignKey, Row, String, Table, insert, or_, select, update

from shared.accounts.account import accounts, get_account
from shared.accounts.credential import check_role
from shared.accounts.key_check import hash_of, matching_hash
from shared.accounts.key_text import new_key_text, prefix_of
from shared.accounts.role import Role
from shared.columns import Id, Moment
from shared.db import Transaction, metadata
from shared.errors import NotFound, Refused
from shared.ids import is_id, new_id
from shared.settings import Settings

LONGEST_NAME = 100
USED_EVERY_SECONDS = 60
"""``last_used_at`` is right to the minute, so that reading does not write each time."""

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("role", String(10), nullable=False),
    Column("user", String(200)),
    Column("prefix", String(16), nullable=False, unique=True),
    Column("hash", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
)
_shown = [column for column in api_keys.c if column.name != "hash"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What may be told of a key; never the key itself, nor its hash."""

    id: str
    account_id: str
    name: str
    role: Role
    user: str | None
    prefix: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: Row[Any]) -> ApiKey:
        """The key in ``row``; a hash in it is left behind."""
        values = {column.name: getattr(row, column.name) for column in _shown}
        return cls(**values | {"role": Role(values["role"])})


def create_api_key(
    tx: Transaction,
    settings: Settings,
    account_id: str,
    *,
    name: str = "key",
    role: str = "operator",
    user: str | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its text, which nobody can see again; a validator's names its person."""
    text = new_key_text()
    row = {
        "id": new_id(),
        "account_id": get_account(tx, account_id).id,
        "name": _check_name(name),
        "role": check_role(tx, account_id, role, user),
        "user": user,
        "prefix": prefix_of(text),
        "hash": hash_of(settings, text),
        "created_at": tx.now,
        "expires_at": expires_at,
    }
    tx.execute(insert(api_keys), row)
    return _get(tx, account_id, str(row["id"])), text


def verify_api_key(tx: Transaction, settings: Settings, text: str) -> ApiKey | None:
    """The live key with this text, of an enabled account, or None. A plain read will do."""
    prefix = prefix_of(text)
    row = tx.first(_live(tx.now).where(api_keys.c.prefix == prefix)) if prefix else None
    if row is None:
        return None
    hash_now = matching_hash(settings, text, row.hash)
    if hash_now is None:
        return None
    key = ApiKey.of(row)
    _note_use(tx, key, hash_now)
    return key


def is_live(tx: Transaction, key_id: str) -> bool:
    """Whether the key with that id is neither revoked nor expired, and its account enabled."""
    return tx.first(_live(tx.now).where(api_keys.c.id == key_id)) is not None


def list_api_keys(tx: Transaction, account_id: str) -> list[ApiKey]:
    """The account's keys, revoked ones too, oldest first."""
    here = api_keys.c.account_id == account_id
    return [ApiKey.of(row) for row in tx.rows(select(*_shown).where(here).order_by(api_keys.c.id))]


def revoke_api_key(tx: Transaction, account_id: str, id_or_prefix: str) -> ApiKey:
    """End a key at once; `NotFound` where the account has none such. Twice is no error."""
    key = _get(tx, account_id, id_or_prefix)
    live = api_keys.c.revoked_at.is_(None)
    tx.execute(update(api_keys).where(api_keys.c.id == key.id, live).values(revoked_at=tx.now))
    return _get(tx, account_id, key.id)


def _live(now: datetime) -> Any:
    return (
        select(api_keys)
        .join(accounts, accounts.c.id == api_keys.c.account_id)
        .where(accounts.c.enabled, api_keys.c.revoked_at.is_(None))
        .where(or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > now))
    )


def _note_use(tx: Transaction, key: ApiKey, hash_now: str) -> None:
    """Write the use, and the hash by today's pepper, so that an old secret can be let go."""
    recent = tx.now - timedelta(seconds=USED_EVERY_SECONDS)
    if key.last_used_at and key.last_used_at > recent:
        return
    is_stale = or_(api_keys.c.last_used_at.is_(None), api_keys.c.last_used_at <= recent)
    values = {"last_used_at": tx.now, "hash": hash_now}
    tx.execute(update(api_keys).where(api_keys.c.id == key.id, is_stale).values(values))


def _get(tx: Transaction, account_id: str, id_or_prefix: str) -> ApiKey:
    key = api_keys.c.id if is_id(id_or_prefix) else api_keys.c.prefix
    here = api_keys.c.account_id == account_id
    row = tx.first(select(*_shown).where(here, key == id_or_prefix))
    if row is None:
        raise NotFound("There is no such API key.")
    return ApiKey.of(row)


def _check_name(name: str) -> str:
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        message = f"name must be 1 to {LONGEST_NAME} printable characters."
        raise Refused(message, code="INVALID_FIELD", field="name")
    return name
