"""The times that files tell, as one form of text; pure."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def moment_text(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds; a time without a zone is taken as UTC."""
    known = at if at.tzinfo else at.replace(tzinfo=UTC)
    try:
        known = known.astimezone(UTC)
    except OverflowError:  # the first or the last day that there is
        known = known.replace(tzinfo=UTC)
    return known.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def told_moment(told: object) -> str | None:
    """A time as office files or e-mails write it; None where it is none."""
    text = str(told or "").strip()
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return moment_text(parse(text))
        except (ValueError, TypeError):
            continue
    return None
