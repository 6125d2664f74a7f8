"""Material: rows of the library, and which of it was used for whom."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from shared.columns import Document, Id, Moment, Number
from shared.db import metadata

LONGEST_NAME = 255

materials = Table(
    "materials",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("state", String(10), nullable=False),
    Column("error", Text),
    Column("kind", String(10)),
    Column("width", Integer),
    Column("height", Integer),
    Column("duration_seconds", Float),
    Column("tags", Document, nullable=False),
    Column("source", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    UniqueConstraint("account_id", "sha256"),
    sqlite_autoincrement=True,
)
"""The same content is one row. ``source`` is where a synced file came from, "" for uploads.
``kind`` and the sizes are known once the content is checked; before that, ``media_type`` is what
its beginning or its name says. ``error`` says why a content was refused."""
Index("ix_materials_names", materials.c.account_id, materials.c.name)
_ALIVE, _DELETED = text("deleted_at IS NULL"), text("deleted_at IS NOT NULL")
Index(
    "ix_materials_listing",
    materials.c.account_id,
    materials.c.number,
    postgresql_where=_ALIVE,
    sqlite_where=_ALIVE,
)
Index(
    "ix_materials_deleted", materials.c.deleted_at, postgresql_where=_DELETED, sqlite_where=_DELETED
)

material_uses = Table(
    "material_uses",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("whose", String(80), nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("task_id", Id, nullable=False),
    Column("used_at", Moment, nullable=False),
    UniqueConstraint("task_id", "sha256"),
    Index("ix_material_uses_whose", "whose", "sha256"),
    sqlite_autoincrement=True,
)
"""Which content was given to which task of ``whose``: a mutex, of an account or of a device."""


class MaterialState(StrEnum):
    """Whether posts can be made of it."""

    UNCHECKED = "unchecked"
    CHECKED = "checked"
    REFUSED = "refused"


class MaterialKind(StrEnum):
    """What a post can be made of."""

    VIDEO = "video"
    IMAGE = "image"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One row of `materials`, as read."""

    number: int
    id: str
    account_id: str
    name: str
    sha256: str
    size_bytes: int
    media_type: str
    state: str
    error: str | None
    kind: str | None
    width: int | None
    height: int | None
    duration_seconds: float | None
    tags: list[str]
    source: str
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    @classmethod
    def of(cls, row: Row[Any]) -> Material:
        """The material in ``row``, which holds all columns of `materials`."""
        return cls(**row._mapping)

    @property
    def is_checked(self) -> bool:
        """Whether it was looked into and found good."""
        return self.state == MaterialState.CHECKED


assert [f.name for f in fields(Material)] == [  # noqa: S101 - kept in step
    c.name for c in materials.c
]
