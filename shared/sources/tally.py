"""What a sync has done so far, as its task tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

MOST_FAILURES = 100
"""How many failed files are named; the rest is counted."""
NO_FAILURES: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts of files; every method answers a new one."""

    total: int
    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    failed: int = 0
    failures: tuple[dict[str, str], ...] = NO_FAILURES

    @classmethod
    def begin(cls, total: int, unchanged: int, earlier: Mapping[str, Any]) -> Tally:
        """Go on where an ``earlier`` attempt stopped: what it brought is unchanged by now."""
        added, updated = _count(earlier, "added"), _count(earlier, "updated")
        return cls(
            total=total,
            added=added,
            updated=updated,
            removed=_count(earlier, "removed"),
            unchanged=max(0, unchanged - added - updated),
        )

    @property
    def processed(self) -> int:
        """How many of the source's files are dealt with, whatever the outcome."""
        return min(self.total, self.added + self.updated + self.unchanged + self.failed)

    @property
    def percent(self) -> float:
        """How far the files are, 0 to 100."""
        return 100.0 * self.processed / self.total if self.total else 100.0

    def one_more(self, outcome: str) -> Tally:
        """One file more that is ``added``, ``updated``, ``removed`` or ``unchanged``."""
        return replace(self, **{outcome: getattr(self, outcome) + 1})

    def with_failure(self, name: str, error: str) -> Tally:
        """One file more that could not be had."""
        named = (*self.failures, {"name": name, "error": error})[:MOST_FAILURES]
        return replace(self, failed=self.failed + 1, failures=named)

    def metadata(self) -> dict[str, Any]:
        """The counts, in the dialect's words."""
        return {
            "filesTotal": self.total,
            "filesProcessed": self.processed,
            "added": self.added,
            "updated": self.updated,
            "removed": self.removed,
            "unchanged": self.unchanged,
            "filesFailed": self.failed,
            "failed": list(self.failures),
        }


def _count(earlier: Mapping[str, Any], name: str) -> int:
    value = earlier.get(name)
    return value if isinstance(value, int) else 0
