"""Column types that mean the same on PostgreSQL and on SQLite."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import JSON, TypeDecorator

Id = String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
"""A UUID as lower-case text with dashes; 16 bytes on PostgreSQL."""

Number = BigInteger().with_variant(Integer(), "sqlite")
"""A key counted by the store (SQLite counts only INTEGER keys)."""

Document = JSON(none_as_null=True)
"""A JSON value kept as it is written; None is SQL NULL."""


class Moment(TypeDecorator[datetime]):
    """An aware UTC time; text that sorts by time on SQLite."""

    impl = postgresql.TIMESTAMP(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Text on SQLite, timestamptz elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sqlite.VARCHAR(32))
        return dialect.type_descriptor(self.impl_instance)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Write ``value`` in UTC."""
        if value is None or dialect.name != "sqlite":
            return value
        return moment_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Read an aware time in UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC)  # type: ignore[no-any-return]


def moment_text(value: datetime) -> str:
    """``value`` as text that both stores read and that sorts by time: UTC, microseconds."""
    return value.astimezone(UTC).isoformat(sep=" ", timespec="microseconds")
