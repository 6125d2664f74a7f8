"""How the yard's own column types are written in a migration."""

from __future__ import annotations

from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext

from shared import columns

NAMED = {"Id": columns.Id, "Number": columns.Number, "Document": columns.Document}


def render_type(kind: str, value: Any, autogen: AutogenContext) -> str | Literal[False]:
    """The text for one of our types, or False: Alembic knows the others itself."""
    if kind != "type":
        return False
    text = _text(value)
    if text:
        autogen.imports.add("from shared import columns")
    return text or False


def _text(value: Any) -> str | None:
    if isinstance(value, columns.Moment):
        return "columns.Moment()"
    return next((f"columns.{name}" for name, known in NAMED.items() if known is value), None)
