"""What jobs made beside text: subtitles, summaries, keywords, answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, String, Table, delete, insert, select

from shared.columns import Id, Moment
from shared.db import Transaction, metadata

NAMES = ("srt", "vtt", "summary", "keywords", "answer")

outputs = Table(
    "outputs",
    metadata,
    Column("target_id", Id, primary_key=True),
    Column("name", String(20), primary_key=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("mime_type", String(100), nullable=False),
    Column("created_at", Moment, nullable=False),
)
"""By the document or folder that they were made of; the newest of each name is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One row of `outputs`; its content is the blob ``sha256``."""

    target_id: str
    name: str
    sha256: str
    mime_type: str
    created_at: datetime


def put_output(tx: Transaction, target_id: str, name: str, sha256: str, mime_type: str) -> None:
    """Make the blob the target's output ``name``, instead of an older one."""
    if name not in NAMES:
        raise ValueError(f"no output is called {name}")
    same = (outputs.c.target_id == target_id, outputs.c.name == name)
    tx.execute(delete(outputs).where(*same))
    row = {"target_id": target_id, "name": name, "sha256": sha256, "mime_type": mime_type}
    tx.execute(insert(outputs).values(**row, created_at=tx.now))


def find_output(tx: Transaction, target_id: str, name: str) -> Output | None:
    """The target's output called ``name``, or None."""
    query = select(outputs).where(outputs.c.target_id == target_id, outputs.c.name == name)
    row = tx.first(query)
    return None if row is None else Output(**row._mapping)
