"""Spans of time as people write them: 90s, 15m, 1h30m, 2d. Pure."""

from __future__ import annotations

import re

from shared.errors import Refused

UNITS = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
FORM = re.compile(r"(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?")
SHORTEST_SECONDS = 1
LONGEST_SECONDS = 366 * 86_400
ABOUT = "must be a span from 1s to 366d, such as 90s, 15m, 1h30m or 2d."


def check_span(text: str) -> str:
    """``text`` without blanks around it; `Refused` where it is no span."""
    read_span(text)
    return text.strip()


def read_span(text: str) -> int:
    """The seconds that ``text`` names; `Refused` says how spans are written."""
    match = FORM.fullmatch(text.strip().lower())
    parts = match.groups(default="0") if match else ()
    seconds = sum(int(n) * size for n, size in zip(parts, UNITS.values(), strict=False))
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        raise Refused(f"every: {ABOUT}", code="INVALID_FIELD", field="every")
    return seconds
