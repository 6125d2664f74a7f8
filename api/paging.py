"""Pages by keyset: an opaque cursor says where the last page ended. Pure."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from api.failure import rejected_field
from shared.ids import LARGEST_NUMBER

T = TypeVar("T")
DEFAULT_LIMIT = 50
LARGEST_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows are wanted: at most ``limit``, older than ``before``."""

    limit: int = DEFAULT_LIMIT
    before: int | None = None


def cursor_of(number: int) -> str:
    """The cursor of the page that follows the row ``number``."""
    return urlsafe_b64encode(b"n%d" % number).decode().rstrip("=")


def number_of(cursor: str) -> int:
    """The row number in ``cursor``."""
    try:
        plain = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        number = int(plain.removeprefix(b"n")) if plain[1:].isdigit() else 0
    except (NotBase64, ValueError):
        number = 0
    if not 0 < number <= LARGEST_NUMBER or cursor_of(number) != cursor:
        raise rejected_field("cursor", "must be a nextCursor of an earlier page.")
    return number


def cut(
    rows: Sequence[T], limit: int, number: Callable[[T], int]
) -> tuple[Sequence[T], str | None]:
    """The page's rows and the next page's cursor, from up to ``limit`` + 1 rows."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], cursor_of(number(rows[limit - 1]))
