"""Texts of one line that people write: names, addresses, serials."""

from __future__ import annotations

from shared.errors import Refused


def check_short_text(field: str, text: str, longest: int, *, least: int = 1) -> str:
    """``text`` without spaces around it; `Refused` names ``field`` and what would do. Pure."""
    plain = text.strip()
    if not least <= len(plain) <= longest or not plain.isprintable():
        message = f"{field}: must be a text of {least} to {longest} characters on one line."
        raise Refused(message, code="INVALID_FIELD", field=field)
    return plain
