"""Documents: the files of an account and what was read in them.

A document may lie in several folders, or in none. What it says is kept in the blob store; its row
names it by its hash. Rows are locked in this order: tasks, folders, documents, `folder_files`,
chunks.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
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

from shared.columns import Document as Json
from shared.columns import Id, Moment, Number
from shared.db import Transaction, metadata
from shared.errors import NotFound
from shared.ids import is_id, new_id

documents = Table(
    "documents",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("mime_type", String(255), nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("text_sha256", String(64), index=True),
    Column("title", Text),
    Column("language", String(20)),
    Column("author", Text),
    Column("page_count", Integer),
    Column("word_count", Integer),
    Column("extraction", Json),
    Column("summary", Text),
    Column("keywords", Json),
    Column("origin", Text),
    Column("origin_tag", Text),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    sqlite_autoincrement=True,
)
"""``origin``: where a sync found it, ``origin_tag``: in which version. How far the reading of a
document is, its newest EXTRACTION or TRANSCRIPTION task says (`tasks.target_id`)."""
_ALIVE = text("deleted_at IS NULL")
Index(
    "ix_documents_listing",
    documents.c.account_id,
    documents.c.number,
    postgresql_where=_ALIVE,
    sqlite_where=_ALIVE,
)
_DELETED = text("deleted_at IS NOT NULL")
Index(
    "ix_documents_deleted", documents.c.deleted_at, postgresql_where=_DELETED, sqlite_where=_DELETED
)

Index(
    "ix_documents_origin",
    documents.c.origin,
    unique=True,
    postgresql_ops={"origin": "text_pattern_ops"},
    postgresql_where=text("deleted_at IS NULL AND origin IS NOT NULL"),
    sqlite_where=text("deleted_at IS NULL AND origin IS NOT NULL"),
)

folder_files = Table(
    "folder_files",
    metadata,
    Column("folder_id", Id, ForeignKey("folders.id"), primary_key=True),
    Column("document_id", Id, ForeignKey("documents.id"), primary_key=True, index=True),
    Column("added_at", Moment, nullable=False),
)
"""Which documents lie in which folders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One row of `documents`, as read."""

    number: int
    id: str
    account_id: str
    name: str
    size_bytes: int
    mime_type: str
    sha256: str
    text_sha256: str | None
    title: str | None
    language: str | None
    author: str | None
    page_count: int | None
    word_count: int | None
    extraction: dict[str, Any] | None
    summary: str | None
    keywords: list[str] | None
    origin: str | None
    origin_tag: str | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    @classmethod
    def of(cls, row: Row[Any]) -> Document:
        """The document in ``row``, which holds all columns of `documents`."""
        return cls(**row._mapping)


assert [f.name for f in fields(Document)] == [c.name for c in documents.c]  # noqa: S101 - in step


def add_document(
    tx: Transaction,
    account_id: str,
    *,
    name: str,
    size_bytes: int,
    mime_type: str,
    sha256: str,
    folder_id: str | None = None,
    origin: str | None = None,
    origin_tag: str | None = None,
) -> Document:
    """A new document, in the folder where one is named; its blob is kept by the caller.

    The caller has locked the folder (`get_folder(for_update=True)`).
    """
    row = {
        "id": new_id(),
        "account_id": account_id,
        "name": name,
        "size_bytes": size_bytes,
        "mime_type": mime_type,
        "sha256": sha256,
        "origin": origin,
        "origin_tag": origin_tag,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    made = Document.of(tx.rows(insert(documents).values(row).returning(documents))[0])
    if folder_id is not None:
        put_in_folder(tx, folder_id, made.id)
    return made


def get_document(
    tx: Transaction, account_id: str, document_id: str, *, for_update: bool = False
) -> Document:
    """The account's document, locked if asked; `NotFound` where it has none such."""
    query = _of(account_id).where(documents.c.id == document_id)
    if for_update:
        query = query.with_for_update()
    row = tx.first(query) if is_id(document_id) else None
    if row is None:
        raise NotFound("There is no such document.")
    return Document.of(row)


def find_same(tx: Transaction, account_id: str, folder_id: str | None, sha256: str) -> str | None:
    """The id of the document with that content in the folder (or in none), or None."""
    inside = select(folder_files.c.document_id).where(folder_files.c.document_id == documents.c.id)
    place = inside.where(folder_files.c.folder_id == folder_id).exists()
    query = _of(account_id).where(documents.c.sha256 == sha256)
    row = tx.first(query.where(place if folder_id else ~inside.exists()).limit(1))
    return None if row is None else str(row.id)


def list_documents(
    tx: Transaction,
    account_id: str,
    *,
    folder_id: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[Document]:
    """The account's documents (in the folder), newest first."""
    query = _of(account_id)
    if folder_id is not None:
        inside = folder_files.c.document_id == documents.c.id
        query = query.join(folder_files, inside).where(folder_files.c.folder_id == folder_id)
    query = query.order_by(documents.c.number.desc()).limit(limit).offset(offset)
    return [Document.of(row) for row in tx.rows(query)]


def change_document(
    tx: Transaction, document_id: str, *, having: str | None = None, **values: Any
) -> bool:
    """Set columns of a document that is not deleted; whether there was one.

    With ``having``, the hash of a content, only while that is its content.
    """
    alive = [documents.c.id == document_id, documents.c.deleted_at.is_(None)]
    if having is not None:
        alive.append(documents.c.sha256 == having)
    changed = update(documents).where(*alive).values(**values, updated_at=tx.now)
    return tx.execute(changed).rowcount == 1


def put_in_folder(tx: Transaction, folder_id: str, document_id: str) -> bool:
    """Let the document lie in the folder too; False where it does already.

    The document is locked, so that its text is either there for whoever embeds the folder now, or
    comes later and finds the folder.
    """
    tx.execute(select(documents.c.id).where(documents.c.id == document_id).with_for_update())
    found = select(folder_files).where(
        folder_files.c.folder_id == folder_id, folder_files.c.document_id == document_id
    )
    if tx.first(found) is not None:
        return False
    row = {"folder_id": folder_id, "document_id": document_id, "added_at": tx.now}
    tx.execute(insert(folder_files).values(row))
    return True


def folders_of(tx: Transaction, document_id: str) -> list[str]:
    """The ids of the folders in which the document lies, in order."""
    query = select(folder_files.c.folder_id).where(folder_files.c.document_id == document_id)
    return [row.folder_id for row in tx.rows(query.order_by(folder_files.c.folder_id))]


def _of(account_id: str) -> Select[Any]:
    return select(documents).where(
        documents.c.account_id == account_id, documents.c.deleted_at.is_(None)
    )
