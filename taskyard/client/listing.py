"""Which tasks are listed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

LARGEST_PAGE = 100


class ListingFields(TypedDict, total=False):
    """The fields of a `Listing`, by their names."""

    status: str | None
    type: str | None
    project_id: str | None
    most: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is None counts for nothing; ``status`` is one word or several by commas.

    ``most`` is how many are listed in all.
    """

    status: str | None = None
    type: str | None = None
    project_id: str | None = None
    most: int | None = None

    def query(self, cursor: str | None) -> dict[str, Any]:
        """The same in the gateway's words, for the page that begins at ``cursor``."""
        limit = LARGEST_PAGE if self.most is None else max(1, min(self.most, LARGEST_PAGE))
        return {
            "status": self.status,
            "type": self.type,
            "projectId": self.project_id,
            "limit": limit,
            "cursor": cursor,
        }
