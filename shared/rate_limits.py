"""How often callers of each dialect may ask the gateway: by key, and by account. Pure.

The setting says it in a text such as ``buyers:key=100/1m,account=1000/1m; scripts:key=10/1s``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

DIALECTS = ("buyers", "scripts", "jobs", "servers")
UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
MOST_REQUESTS = 100_000
"""Each request that counts is remembered, at about 20 bytes."""
LONGEST_SECONDS = 86_400
RATE = re.compile(r"(\d{1,6})/(\d{0,5})([smhd])", re.ASCII)
FORM = "`DIALECT:key=100/1m,account=1000/1m; DIALECT:…`"


class Counted(StrEnum):
    """Whose requests are counted together: those of one key, or of one account."""

    KEY = "key"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most ``most`` requests in any ``seconds``, of each key; ``name`` tells limits apart."""

    name: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class DialectLimits:
    """How often those who call in ``dialect`` may ask; None is as often as they like."""

    dialect: str
    key: RateLimit | None = None
    account: RateLimit | None = None

    @property
    def all(self) -> tuple[RateLimit, ...]:
        """Those that there are, in the order in which they are counted."""
        return tuple(limit for limit in (self.key, self.account) if limit is not None)


def read_rate_limits(text: str) -> tuple[DialectLimits, ...]:
    """The limits that ``text`` asks for; `ValueError` says what is wrong with it, and would do."""
    found: dict[str, DialectLimits] = {}
    for part in _parts(text, ";"):
        dialect, colon, rates = (word.strip() for word in part.partition(":"))
        if not colon or dialect not in DIALECTS:
            raise ValueError(f"{part!r} must be {FORM} with one of {', '.join(DIALECTS)}")
        if dialect in found:
            raise ValueError(f"{dialect} is named twice")
        found[dialect] = _dialect_limits(dialect, _parts(rates, ","))
    return tuple(found.values())


def _dialect_limits(dialect: str, rates: Iterable[str]) -> DialectLimits:
    limits: dict[str, RateLimit] = {}
    for rate in rates:
        scope, _, how_often = (word.strip() for word in rate.partition("="))
        if scope not in tuple(Counted):
            raise ValueError(f"{rate!r} of {dialect} must begin with key= or account=")
        if scope in limits:
            raise ValueError(f"{scope} of {dialect} is named twice")
        limits[scope] = _rate_limit(f"{dialect}-{scope}", how_often)
    if not limits:
        raise ValueError(f"{dialect} needs key= or account=, as in {FORM}")
    return DialectLimits(dialect, **limits)


def _rate_limit(name: str, text: str) -> RateLimit:
    match = RATE.fullmatch(text)
    if match is None:
        raise ValueError(
            f"{text!r} must be REQUESTS/TIME, such as 100/1m; the units of time are s, m, h and d"
        )
    most, seconds = int(match[1]), int(match[2] or 1) * UNIT_SECONDS[match[3]]
    if not 1 <= most <= MOST_REQUESTS:
        raise ValueError(f"{text!r} must be of 1 to {MOST_REQUESTS} requests")
    if not 1 <= seconds <= LONGEST_SECONDS:
        raise ValueError(f"{text!r} must be over 1 s to 1 d")
    return RateLimit(name, most, seconds)


def _parts(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]
