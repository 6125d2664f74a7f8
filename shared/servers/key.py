"""Servers' keys: shown once, stored as a public prefix and a peppered hash, like API keys.

A server may have several at once, so that a new one can be put in place before the old one ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Row,
    String,
    Table,
    insert,
    or_,
    select,
    update,
)

from shared.accounts.key_check import hash_of, matching_hash
from shared.accounts.key_text import new_key_text, prefix_of
from shared.columns import Id, Moment
from shared.db import Transaction, metadata
from shared.errors import NotFound, Refused
from shared.ids import is_id, new_id
from shared.servers.server import LET_IN, Server, servers
from shared.settings import Settings

OVERLAP_SECONDS = 86_400.0
"""How long the keys before a rotation go on, where nothing else is said."""
LONGEST_OVERLAP_SECONDS = 30 * 86_400.0
USED_EVERY_SECONDS = 60.0
"""``last_used_at`` is right to the minute, so that reading does not write each time."""

server_keys = Table(
    "server_keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", Id, ForeignKey("servers.id"), nullable=False, index=True),
    Column("prefix", String(16), nullable=False, unique=True),
    Column("hash", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
)
_shown = [column for column in server_keys.c if column.name != "hash"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerKey:
    """What may be told of a key; never the key itself, nor its hash."""

    id: str
    server_id: str
    prefix: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: Row[Any]) -> ServerKey:
        """The key in ``row``; a hash in it is left behind."""
        return cls(**{column.name: getattr(row, column.name) for column in _shown})


def create_key(tx: Transaction, settings: Settings, server: Server) -> tuple[ServerKey, str]:
    """A new key and its text, which nobody can see again."""
    text = new_key_text()
    row = {
        "id": new_id(),
        "server_id": server.id,
        "prefix": prefix_of(text),
        "hash": hash_of(settings, text),
        "created_at": tx.now,
    }
    made = tx.rows(insert(server_keys).values(row).returning(*_shown))[0]
    return ServerKey.of(made), text


def rotate(
    tx: Transaction, settings: Settings, server: Server, overlap_seconds: float = OVERLAP_SECONDS
) -> tuple[ServerKey, str]:
    """A new key; those before it end after ``overlap_seconds``, sooner where they would anyway."""
    if not 0 <= overlap_seconds <= LONGEST_OVERLAP_SECONDS:
        message = f"must be a number of seconds from 0 to {LONGEST_OVERLAP_SECONDS:.0f}."
        raise Refused(f"overlap_seconds: {message}", code="INVALID_FIELD", field="overlap_seconds")
    ends_at = tx.now + timedelta(seconds=overlap_seconds)
    longer = or_(server_keys.c.expires_at.is_(None), server_keys.c.expires_at > ends_at)
    tx.execute(
        update(server_keys)
        .where(server_keys.c.server_id == server.id, longer)
        .values(expires_at=ends_at)
    )
    return create_key(tx, settings, server)


def revoke(tx: Transaction, server: Server, id_or_prefix: str) -> ServerKey:
    """End a key at once; `NotFound` where the server has none such. Twice is no error."""
    named = server_keys.c.id if is_id(id_or_prefix) else server_keys.c.prefix
    here = (server_keys.c.server_id == server.id, named == id_or_prefix)
    tx.execute(
        update(server_keys)
        .where(*here, server_keys.c.revoked_at.is_(None))
        .values(revoked_at=tx.now)
    )
    row = tx.first(select(*_shown).where(*here))
    if row is None:
        raise NotFound("The server has no such key.")
    return ServerKey.of(row)


def list_keys(tx: Transaction, server: Server) -> list[ServerKey]:
    """The server's keys, ended ones too, oldest first."""
    query = select(*_shown).where(server_keys.c.server_id == server.id)
    return [ServerKey.of(row) for row in tx.rows(query.order_by(server_keys.c.id))]


def live_keys(tx: Transaction, ids: Iterable[str]) -> dict[str, list[ServerKey]]:
    """The keys that still open, of each of the servers ``ids``, oldest first."""
    query = select(*_shown).where(server_keys.c.server_id.in_(list(ids)), *_live(tx.now))
    found: dict[str, list[ServerKey]] = {}
    for row in tx.rows(query.order_by(server_keys.c.id)):
        found.setdefault(row.server_id, []).append(ServerKey.of(row))
    return found


def verify_key(tx: Transaction, settings: Settings, text: str) -> Server | None:
    """The server with this key, where it is let in, or None. A plain read will do."""
    prefix = prefix_of(text)
    if prefix is None:
        return None
    found = tx.first(
        select(server_keys.c.id, server_keys.c.hash, server_keys.c.last_used_at, servers)
        .join(servers, servers.c.id == server_keys.c.server_id)
        .where(server_keys.c.prefix == prefix, LET_IN)
        .where(*_live(tx.now))
    )
    if found is None:
        return None
    hash_now = matching_hash(settings, text, found.hash)
    if hash_now is None:
        return None
    _note_use(tx, found[0], found.last_used_at, hash_now)
    return Server(**{c.name: found._mapping[c] for c in servers.c})


def _live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Neither revoked nor expired."""
    endless = server_keys.c.expires_at.is_(None)
    return (server_keys.c.revoked_at.is_(None), or_(endless, server_keys.c.expires_at > now))


def _note_use(tx: Transaction, key_id: str, last_used_at: datetime | None, hash_now: str) -> None:
    """Write the use, and the hash by today's pepper, so that an old secret can be let go."""
    recent = tx.now - timedelta(seconds=USED_EVERY_SECONDS)
    if last_used_at and last_used_at > recent:
        return
    stale = or_(server_keys.c.last_used_at.is_(None), server_keys.c.last_used_at <= recent)
    values: dict[str, Any] = {"last_used_at": tx.now, "hash": hash_now}
    tx.execute(update(server_keys).where(server_keys.c.id == key_id, stale).values(values))
