"""Times as most dialects write them. Pure."""

from __future__ import annotations

from datetime import UTC, datetime


def time_text(moment: datetime | None) -> str | None:
    """ISO 8601, UTC, milliseconds, Z."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
