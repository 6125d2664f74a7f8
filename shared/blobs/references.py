"""Every column that refers to a content by its hash: what one of them names is not removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, true

from shared.documents.document import documents
from shared.documents.output import outputs
from shared.material.material import material_uses, materials
from shared.tasks.status import Status
from shared.tasks.task import tasks


@dataclass(frozen=True, slots=True)
class Reference:
    """``column`` holds hashes, in the rows where ``counts`` is true."""

    column: ColumnElement[Any]
    counts: ColumnElement[bool]


_POSTED = (Status.COMPLETED.value, Status.CANCELED.value)
_TO_BE_POSTED = exists().where(
    tasks.c.id == material_uses.c.task_id, tasks.c.status.not_in(_POSTED)
)
"""What a task chose is still needed, also where it failed: somebody may let it try again."""
_ALIVE = documents.c.deleted_at.is_(None)
REFERENCES = (
    Reference(documents.c.sha256, _ALIVE),
    Reference(documents.c.text_sha256, _ALIVE),
    Reference(outputs.c.sha256, true()),
    Reference(materials.c.sha256, materials.c.deleted_at.is_(None)),
    Reference(material_uses.c.sha256, _TO_BE_POSTED),
)
"""Each column has an index."""

_IMPORTS = (tasks.c.type == "IMPORT") & tasks.c.completed_at.is_(None)
RARE_REFERENCES = (Reference(tasks.c.payload["archive"].as_string(), _IMPORTS),)
"""Looked at for contents that no other refers to: few, but not to be found by hash."""
