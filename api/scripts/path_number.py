"""The numbers that stand in paths."""

from __future__ import annotations

from api.scripts.refusals import refused
from shared.errors import NotFound
from shared.ids import LARGEST_NUMBER

LONGEST = len(str(LARGEST_NUMBER))


def path_number(text: str, field: str, what: str) -> int:
    """The number that ``text`` is; what is none is refused as ``field``.

    `NotFound` says that there is no such ``what`` where nothing can have that number. Pure.
    """
    if not (text.isascii() and text.isdigit()):
        raise refused(field, "must be a whole number, 1 or more.")
    if len(text) > LONGEST:
        raise NotFound(f"There is no such {what}.")
    return int(text)
