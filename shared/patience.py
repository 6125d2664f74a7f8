"""Waiting for a store that does not answer, with growing pauses."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from shared.errors import Unavailable

T = TypeVar("T")
log = logging.getLogger(__name__)
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0


def patiently(
    work: Callable[[], T], seconds: float, pause: Callable[[float], None] = time.sleep
) -> T:
    """Do ``work``, again and again while it raises `Unavailable`, for up to ``seconds``."""
    wait, spent = FIRST_PAUSE_SECONDS, 0.0
    while True:
        try:
            return work()
        except Unavailable as error:
            if spent >= seconds:
                raise
            log.warning("%s Trying again in %.1f s.", error, wait)
        pause(wait)
        spent += wait
        wait = min(wait * 2, LONGEST_PAUSE_SECONDS)
