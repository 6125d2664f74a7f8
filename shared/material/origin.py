"""What a sync brought, by its path in its source: so that the next one reads only what is new."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Index, Select, String, Table, Text, delete, select

from shared.columns import Id, Moment
from shared.db import Transaction, metadata
from shared.material.library import delete_material
from shared.material.material import materials
from shared.sources.url import SourceUrl

KEY_LENGTH = 32

material_origins = Table(
    "material_origins",
    metadata,
    Column("source", String(KEY_LENGTH), primary_key=True),
    Column("path", String(KEY_LENGTH), primary_key=True),
    Column("account_id", Id, nullable=False),
    Column("tag", Text),
    Column("sha256", String(64)),
    Column("error", Text),
    Column("seen_at", Moment, nullable=False),
    Index("ix_material_origins_contents", "account_id", "sha256"),
)
"""``tag`` changes with the file's content. A file that can be no material has an ``error`` and no
``sha256``: it is not read again until it changes."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A file of a source as it was when it was read last."""

    path: str
    tag: str | None
    sha256: str | None
    error: str | None


def source_key(account_id: str, url: SourceUrl, endpoint_url: str | None) -> str:
    """Names a source of the account: the same address and endpoint are the same source."""
    return _digest(account_id, url.text.rstrip("/"), endpoint_url or "")


def path_key(path: str) -> str:
    """Names a file of a source."""
    return _digest(path)


def origins_from(tx: Transaction, source: str) -> dict[str, Origin]:
    """What was read from the source by now, by `path_key`."""
    return {row.path: Origin(**row._mapping) for row in tx.rows(_of(source))}


def find_origin(tx: Transaction, source: str, path: str) -> Origin | None:
    """What was read at one path, or None."""
    row = tx.first(_of(source).where(material_origins.c.path == path))
    return None if row is None else Origin(**row._mapping)


def remember(tx: Transaction, account_id: str, source: str, origin: Origin) -> None:
    """Write what was read, instead of what is known of the same path."""
    forget(tx, source, origin.path)
    row = {
        "source": source,
        "path": origin.path,
        "account_id": account_id,
        "tag": origin.tag,
        "sha256": origin.sha256,
        "error": origin.error,
        "seen_at": tx.now,
    }
    tx.execute(material_origins.insert().values(row))


def forget(tx: Transaction, source: str, path: str) -> None:
    """Know nothing of that path any more."""
    place = (material_origins.c.source == source, material_origins.c.path == path)
    tx.execute(delete(material_origins).where(*place))


def delete_unsourced(tx: Transaction, account_id: str, sha256: str) -> bool:
    """Delete the account's material with that content where no source has it any more.

    What somebody uploaded stays. Whether it was deleted.
    """
    has = (material_origins.c.account_id == account_id, material_origins.c.sha256 == sha256)
    if tx.first(select(material_origins.c.path).where(*has)) is not None:
        return False
    mine = (materials.c.account_id == account_id, materials.c.sha256 == sha256)
    synced = (materials.c.source != "", materials.c.deleted_at.is_(None))
    row = tx.first(select(materials.c.id).where(*mine, *synced))
    if row is not None:
        delete_material(tx, account_id, row.id)
    return row is not None


def _of(source: str) -> Select[Any]:
    columns = (material_origins.c[name] for name in ("path", "tag", "sha256", "error"))
    return select(*columns).where(material_origins.c.source == source)


def _digest(*parts: str) -> str:
    text = "\n".join(parts).encode("utf-8", "surrogateescape")
    return hashlib.sha256(text).hexdigest()[:KEY_LENGTH]
