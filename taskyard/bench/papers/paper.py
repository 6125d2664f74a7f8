"""What stands in a file, whatever its format. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

WRITTEN_AT = datetime(2024, 3, 17, 9, 30, tzinfo=UTC)
TABLE = (("Item", "Amount"), ("Flour", "120"), ("Sugar", "35"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """``pages`` are texts of some paragraphs, a line each; ``table`` stands on the first page."""

    title: str = "A paper"
    author: str = "Ada Okafor"
    pages: Sequence[str]
    table: Sequence[Sequence[str]] = TABLE

    @property
    def lines(self) -> list[str]:
        """All paragraphs."""
        return [line for page in self.pages for line in page.splitlines()]
