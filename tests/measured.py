"""Which processes of the tests measure what lines they run: that takes a third of their time.

The tests' own processes do, and the yard that the acceptance tests share, with one of every kind.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

NAMES = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")
"""What tells a process to measure."""
_kept: dict[str, str] = {}


@contextmanager
def unmeasured() -> Iterator[None]:
    """Processes that are started meanwhile are not measured, unless they are told `measuring`."""
    _kept.update({name: os.environ.pop(name) for name in NAMES if name in os.environ})
    try:
        yield
    finally:
        os.environ.update(_kept)


def measuring() -> dict[str, str]:
    """What a process is to be told, to be measured."""
    return dict(_kept)
