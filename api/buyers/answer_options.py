"""The possible answers that a buyer lists. Pure."""

from __future__ import annotations

from typing import Any

from api.buyers.refusals import refused

FEWEST = 2
MOST = 50


def check_options(options: Any) -> None:
    """OPTIONS_REQUIRED unless ``options`` is a list of distinct non-empty texts, at least two."""
    if not is_choice(options):
        detail = f"must be a list of at least {FEWEST} distinct texts, none of them empty."
        raise refused("OPTIONS_REQUIRED", "options", detail)
    if len(options) > MOST:
        raise refused("INVALID_FIELD", "options", f"must be at most {MOST} texts.")
    if any("\x00" in option for option in options):
        raise refused("INVALID_FIELD", "options", "must not contain NUL characters.")


def is_choice(options: Any) -> bool:
    """Whether ``options`` leaves something to choose."""
    if not isinstance(options, list) or len(options) < FEWEST:
        return False
    if not all(isinstance(option, str) and option.strip() for option in options):
        return False
    return len(set(options)) == len(options)
