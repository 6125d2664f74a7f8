"""What follows a try to send: another one when, a pause for its endpoint, or the end. Pure.

Times between tries are those of the Standard Webhooks spec.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum, auto
from http import HTTPStatus

MINUTE, HOUR = 60.0, 3600.0
WAITS = (0.0, 5.0, 5 * MINUTE, 30 * MINUTE, *(h * HOUR for h in (2, 5, 10, 14, 20, 24)))
"""Seconds before each try, from the end of the one before."""
MOST_TRIES = len(WAITS)
JITTER = 0.1
"""A wait is longer by up to this share of it, so that not all come back together."""
BREAK_AFTER = 5
"""So many failures in a row open an endpoint's breaker: then one try at a time finds out whether
it answers again, and what else is due waits for that."""
FIRST_PAUSE_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = HOUR
SEATS = 8
"""How many tries of one endpoint are made at once, once it took one and while none fails."""
THROTTLES = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""Answers whose Retry-After is meant for everything that is sent there."""


class Reception(Enum):
    """What an endpoint's answer means for the delivery."""

    TAKEN = auto()
    FAILED = auto()
    GONE = auto()


def reception_of(status_code: int | None) -> Reception:
    """What the answer means; None: there was none. A redirect is a failure."""
    if status_code is None:
        return Reception.FAILED
    if HTTPStatus(200) <= status_code < HTTPStatus(300):
        return Reception.TAKEN
    return Reception.GONE if status_code == HTTPStatus.GONE else Reception.FAILED


def next_wait(tries: int, asked_seconds: float | None, share: float) -> timedelta | None:
    """How long to wait after ``tries`` that failed; None where that was the last.

    ``asked_seconds`` is what the endpoint asked for; ``share``, from 0 to 1, how much of the
    jitter is added.
    """
    if tries >= MOST_TRIES:
        return None
    wait = WAITS[tries] * (1 + JITTER * share)
    return timedelta(seconds=max(wait, asked_seconds or 0.0))


def pause(
    failures: int, status_code: int | None, asked_seconds: float | None, share: float
) -> timedelta | None:
    """How long nothing is sent to an endpoint after ``failures`` in a row; None: it goes on."""
    asked = asked_seconds if status_code in THROTTLES else None
    if failures < BREAK_AFTER:
        return None if asked is None else timedelta(seconds=asked)
    doubled = FIRST_PAUSE_SECONDS * 2 ** min(failures - BREAK_AFTER, 20)
    wait = min(doubled, LONGEST_PAUSE_SECONDS) * (1 + JITTER * share)
    return timedelta(seconds=max(wait, asked or 0.0))


def seats(failures: int, *, has_taken: bool) -> int:
    """How many tries may be made at once at an endpoint with so many failures in a row.

    ``has_taken``: it took a notice before. A new one has to show that it answers.
    """
    return SEATS if failures == 0 and has_taken else 1
