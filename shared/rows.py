"""Many rows in one statement, by one JSON parameter, on PostgreSQL and on SQLite.

A batch costs one round trip and one prepared statement however many rows it has:
``json_to_recordset`` on PostgreSQL, ``json_each`` on SQLite.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    Column,
    Float,
    FromClause,
    Text,
    bindparam,
    case,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.types import TypeEngine

from shared.columns import moment_text

ROWS = "rows"
"""The name of the parameter that carries the rows."""


def row_set(dialect: str, columns: Sequence[Column[Any]], name: str = "given") -> FromClause:
    """A FROM clause whose rows come from the parameter `ROWS`, typed like ``columns``."""
    if dialect == "postgresql":
        fields = [column(c.name, c.type) for c in columns]
        rows = func.json_to_recordset(cast(bindparam(ROWS, type_=Text()), JSON))
        return rows.table_valued(*fields, name=name).render_derived(with_types=True)
    each = func.json_each(bindparam(ROWS, type_=Text())).table_valued("value", name=f"{name}_each")
    fields = [_sqlite_field(each.c.value, c).label(c.name) for c in columns]
    return select(*fields).select_from(each).subquery(name)


def _sqlite_field(value: Any, source: Column[Any]) -> Any:
    """Read one field: JSON stays JSON text, everything else becomes its SQL value."""
    path = f"$.{source.name}"
    if isinstance(source.type, JSON):
        raw = value.op("->")(path)
        return case((raw == "null", None), else_=raw)
    return func.json_extract(value, path, type_=_plain(source.type))


def _plain(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    return Float() if isinstance(type_, Float) else type_


def encode_rows(rows: Iterable[Mapping[str, Any]]) -> str:
    """The JSON text that `row_set` reads; times are written as the store writes them."""
    return orjson.dumps(
        list(rows), default=_encode, option=orjson.OPT_PASSTHROUGH_DATETIME
    ).decode()


def _encode(value: Any) -> str:
    if isinstance(value, datetime):
        return moment_text(value)
    raise TypeError(f"{type(value).__name__} cannot be stored")
