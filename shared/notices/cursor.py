"""Up to which event notices were written."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from shared.columns import Number
from shared.db import metadata

notice_cursor = Table(
    "notice_cursor",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("event_number", Number, nullable=False),
)
"""One row, with ``id`` 1, made by the first writer."""
