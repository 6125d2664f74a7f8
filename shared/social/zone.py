"""Time zones by their names in the IANA database."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from shared.errors import Refused


def check_zone(name: str) -> str:
    """``name``, where it is a zone's; `Refused` shows what a name looks like."""
    if name not in _zones():
        message = "timezone: must be a name of the IANA database, such as Europe/Berlin or UTC."
        raise Refused(message, code="INVALID_FIELD", field="timezone")
    return name


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Looked up once: it reads a folder of files."""
    return frozenset(available_timezones())
