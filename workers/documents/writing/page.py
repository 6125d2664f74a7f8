"""What is written about: pages of documents. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a document's text; ``language`` is a code like "en", None where not known."""

    document_id: str
    title: str
    number: int | None
    language: str | None
    text: str

    @property
    def source(self) -> dict[str, Any]:
        """Where it is, as callers are told."""
        return {"documentId": self.document_id, "title": self.title, "pageNumber": self.number}
