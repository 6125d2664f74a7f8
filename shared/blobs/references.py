"""Every column that refers to a content by its hash: what one of them names is not removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, true

from shared.documents.document import documents
from shared.documents.output import outputs
from shared.tasks.task import tasks


@dataclass(frozen=True, slots=True)
class Reference:
    """``column`` holds hashes, in the rows where ``counts`` is true."""

    column: ColumnElement[Any]
    counts: ColumnElement[bool]


_ALIVE = documents.c.deleted_at.is_(None)
REFERENCES = (
    Reference(documents.c.sha256, _ALIVE),
    Reference(documents.c.text_sha256, _ALIVE),
    Reference(outputs.c.sha256, true()),
)
"""Each column has an index."""

_IMPORTS = (tasks.c.type == "IMPORT") & tasks.c.completed_at.is_(None)
RARE_REFERENCES = (Reference(tasks.c.payload["archive"].as_string(), _IMPORTS),)
"""Looked at for contents that no other refers to: few, but not to be found by hash."""
