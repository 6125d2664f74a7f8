"""Folders: how an account sorts its documents, and how their text is cut for search."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    insert,
    select,
    text,
    update,
)

from shared.columns import Id, Moment, Number
from shared.db import Transaction, metadata
from shared.errors import NotFound
from shared.ids import is_id, new_id

LONGEST_NAME = 200
DEFAULT_CHUNK_SIZE = 500

folders = Table(
    "folders",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("description", Text, nullable=False),
    Column("chunk_size", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    sqlite_autoincrement=True,
)
"""``revision`` is raised by everything that changes what a search in the folder may find."""
_ALIVE = text("deleted_at IS NULL")
Index(
    "ix_folders_listing",
    folders.c.account_id,
    folders.c.number,
    postgresql_where=_ALIVE,
    sqlite_where=_ALIVE,
)
_DELETED = text("deleted_at IS NOT NULL")
Index("ix_folders_deleted", folders.c.deleted_at, postgresql_where=_DELETED, sqlite_where=_DELETED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """One row of `folders`, as read."""

    number: int
    id: str
    account_id: str
    name: str
    description: str
    chunk_size: int
    revision: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    @classmethod
    def of(cls, row: Row[Any]) -> Folder:
        """The folder in ``row``, which holds all columns of `folders`."""
        return cls(**row._mapping)


assert [f.name for f in fields(Folder)] == [c.name for c in folders.c]  # noqa: S101 - kept in step


def create_folder(
    tx: Transaction,
    account_id: str,
    name: str,
    *,
    description: str = "",
    chunk_size: int = DEFAULT_CHUNK_SIZE,
) -> Folder:
    """A new folder of the account; several may have the same name."""
    row = {
        "id": new_id(),
        "account_id": account_id,
        "name": name,
        "description": description,
        "chunk_size": chunk_size,
        "revision": 0,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    made = tx.rows(insert(folders).values(row).returning(folders))
    return Folder.of(made[0])


def get_folder(
    tx: Transaction, account_id: str, folder_id: str, *, for_update: bool = False
) -> Folder:
    """The account's folder, locked if asked; `NotFound` where it has none such."""
    query = _of(account_id).where(folders.c.id == folder_id)
    if for_update:
        query = query.with_for_update()
    row = tx.first(query) if is_id(folder_id) else None
    if row is None:
        raise NotFound("There is no such folder.")
    return Folder.of(row)


def find_folder_named(tx: Transaction, account_id: str, name: str) -> Folder | None:
    """The account's oldest folder called ``name``, or None."""
    query = _of(account_id).where(folders.c.name == name).order_by(folders.c.number)
    row = tx.first(query.limit(1))
    return None if row is None else Folder.of(row)


def list_folders(tx: Transaction, account_id: str) -> list[Folder]:
    """The account's folders, oldest first."""
    return [Folder.of(row) for row in tx.rows(_of(account_id).order_by(folders.c.number))]


def change_folder(tx: Transaction, folder: Folder, **values: Any) -> Folder:
    """Set ``name``, ``description`` or ``chunk_size``; the folder as it is then."""
    changed = update(folders).where(folders.c.id == folder.id)
    rows = tx.rows(changed.values(**values, updated_at=tx.now).returning(folders))
    return Folder.of(rows[0])


def raise_revision(tx: Transaction, folder_id: str) -> None:
    """What a search in the folder finds has changed; done last in a transaction's own rows."""
    changed = update(folders).where(folders.c.id == folder_id)
    tx.execute(changed.values(revision=folders.c.revision + 1, updated_at=tx.now))


def _of(account_id: str) -> Select[Any]:
    return select(folders).where(folders.c.account_id == account_id, folders.c.deleted_at.is_(None))
