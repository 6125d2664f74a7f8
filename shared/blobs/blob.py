"""Which contents are kept, and in which file each lies.

The key of a file is random, not the hash of what is in it: so a content that is being removed can
be written anew at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, String, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from shared.blobs.failure import MissingBlob
from shared.columns import Moment
from shared.db import Transaction, metadata

KEY_LENGTH = 35
"""Two characters, a slash, 32 characters."""

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("key", String(KEY_LENGTH), nullable=False, unique=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("touched_at", Moment, nullable=False),
)
"""A row whose content nobody refers to is removed some time after ``touched_at``."""

stray_blobs = Table(
    "stray_blobs",
    metadata,
    Column("key", String(KEY_LENGTH), primary_key=True),
    Column("found_at", Moment, nullable=False),
)
"""Files to be removed once the transaction that says so is committed."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written completely. It is removed after a day unless it is kept."""

    sha256: str
    key: str
    size_bytes: int


def keep(tx: Transaction, written: Written) -> None:
    """Keep ``written``, in the transaction that refers to its hash.

    Where the same content is kept already, that stays, and the file just written goes once the
    transaction is committed. In a transaction that is tried again it may be kept again.
    """
    row = {
        "sha256": written.sha256,
        "key": written.key,
        "size_bytes": written.size_bytes,
        "touched_at": tx.now,
    }
    added = _insert(tx, blobs, row).on_conflict_do_update(
        index_elements=[blobs.c.sha256], set_={"touched_at": tx.now}
    )
    kept = tx.rows(added.returning(blobs.c.key))[0].key
    if kept != written.key:
        discard(tx, [written.key])


def touch(tx: Transaction, sha256: str) -> bool:
    """Keep a content that is there already for one more reference; False where it is not."""
    touched = update(blobs).where(blobs.c.sha256 == sha256).values(touched_at=tx.now)
    return tx.execute(touched).rowcount == 1


def discard(tx: Transaction, keys: Iterable[str]) -> None:
    """Have the files of ``keys`` removed once the transaction is committed."""
    for key in keys:
        row = {"key": key, "found_at": tx.now}
        tx.execute(_insert(tx, stray_blobs, row).on_conflict_do_nothing())


def find_key(tx: Transaction, sha256: str) -> str | None:
    """The key of the content with that hash, or None."""
    row = tx.first(select(blobs.c.key).where(blobs.c.sha256 == sha256))
    return None if row is None else str(row.key)


def key_of(tx: Transaction, sha256: str) -> str:
    """The key of the content with that hash; `MissingBlob` where there is none."""
    key = find_key(tx, sha256)
    if key is None:
        raise MissingBlob(sha256)
    return key


def not_kept(tx: Transaction, keys: Sequence[str]) -> list[str]:
    """Those of ``keys`` that no row names."""
    found = tx.rows(select(blobs.c.key).where(blobs.c.key.in_(keys)))
    kept = {row.key for row in found}
    return [key for key in keys if key not in kept]


def _insert(tx: Transaction, table: Table, row: dict[str, Any]) -> Any:
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    return insert(table).values(row)
