"""One time limit for everything done in a block: looking up, connecting, every read and write."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let connections of guarded clients that are used in the block end after ``seconds``.

    Not for a generator's body: what it sets would hold for whoever reads the generator.
    """
    ends_at = time.monotonic() + seconds
    outer = _ends_at.get()
    token = _ends_at.set(ends_at if outer is None else min(ends_at, outer))
    try:
        yield
    finally:
        _ends_at.reset(token)


def left(seconds: float | None) -> float | None:
    """``seconds``, or what is left of the block's time where that is less; never below 0."""
    ends_at = _ends_at.get()
    if ends_at is None:
        return seconds
    remaining = max(0.0, ends_at - time.monotonic())
    return remaining if seconds is None else min(seconds, remaining)
