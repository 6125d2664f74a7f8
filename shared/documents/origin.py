"""Which documents came from which source: a sync owns what it brought, and nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import and_, select

from shared.db import Transaction
from shared.documents.document import documents, folder_files
from shared.sources.url import SourceUrl


@dataclass(frozen=True, slots=True)
class Origin:
    """A source as a folder knows it; every document's ``origin`` begins with its key."""

    folder_id: str
    key: str

    @classmethod
    def of(cls, folder_id: str, url: SourceUrl, endpoint_url: str | None) -> Origin:
        """The same folder, address and endpoint are the same source, whoever signs in."""
        return cls(folder_id, _digest(folder_id, url.text.rstrip("/"), endpoint_url or ""))

    def at(self, path: str) -> str:
        """The ``origin`` of the document that is the file ``path``: short, for an index."""
        return f"{self.key}/{_digest(path)}"


@dataclass(frozen=True, slots=True)
class Brought:
    """A document that a sync brought: in which version, and whether it lies in the folder."""

    id: str
    origin: str
    tag: str | None
    sha256: str
    is_inside: bool


def brought_from(tx: Transaction, account_id: str, origin: Origin) -> dict[str, Brought]:
    """The account's documents from that source, by their ``origin``."""
    inside = and_(
        folder_files.c.document_id == documents.c.id,
        folder_files.c.folder_id == origin.folder_id,
    )
    query = (
        select(
            documents.c.id,
            documents.c.origin,
            documents.c.origin_tag,
            documents.c.sha256,
            folder_files.c.folder_id,
        )
        .select_from(documents.outerjoin(folder_files, inside))
        .where(
            documents.c.account_id == account_id,
            documents.c.deleted_at.is_(None),
            documents.c.origin.startswith(f"{origin.key}/", autoescape=True),
        )
    )
    return {
        row.origin: Brought(
            row.id, row.origin, row.origin_tag, row.sha256, row.folder_id is not None
        )
        for row in tx.rows(query)
    }


def find_brought(tx: Transaction, account_id: str, origin: str) -> str | None:
    """The id of the account's document with that ``origin``, or None."""
    query = select(documents.c.id).where(
        documents.c.account_id == account_id,
        documents.c.deleted_at.is_(None),
        documents.c.origin == origin,
    )
    row = tx.first(query)
    return None if row is None else str(row.id)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]
