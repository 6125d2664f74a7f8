"""What became of each file. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

DONE = "DONE"
FINAL = frozenset({DONE, "ERROR"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the table: a file, and how far it came."""

    file: str
    status: str
    pages: int | None = None
    words: int | None = None
    seconds: float | None = None
    error: str | None = None
    document_id: str | None = None

    @property
    def is_done(self) -> bool:
        """Whether it is in, and read."""
        return self.status == DONE

    def row(self) -> dict[str, Any]:
        """Its line in the table for people."""
        return {
            "file": self.file,
            "pages": self.pages,
            "words": self.words,
            "status": self.status,
            "seconds": self.seconds,
        }

    def as_json(self) -> dict[str, Any]:
        """The same for machines, with what the table has no room for."""
        row = self.row()
        told = {"documentId": self.document_id, "error": self.error}
        return {"name": row.pop("file"), **row, **told}


def outcome_of(
    file: str, document: Mapping[str, Any], job: Mapping[str, Any] | None = None
) -> Outcome:
    """What became of a file that is in: its document, and the job that read it, if known."""
    told = document["metadata"]
    taken = seconds_of(job) if job else None
    return Outcome(
        file=file,
        status=document["status"],
        pages=told.get("pageCount"),
        words=document["totalWords"],
        seconds=told.get("extractionTime") if taken is None else taken,
        error=document.get("error"),
        document_id=document["documentId"],
    )


def seconds_of(job: Mapping[str, Any]) -> float | None:
    """How long the job took, to the hundredth; None where it is not over."""
    if "startedAt" not in job or "completedAt" not in job:
        return None
    begun, ended = (datetime.fromisoformat(job[word]) for word in ("startedAt", "completedAt"))
    return round((ended - begun).total_seconds(), 2)
