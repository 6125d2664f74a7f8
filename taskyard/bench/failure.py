"""The one error of the bench."""

from __future__ import annotations


class BenchFailed(Exception):
    """Something that is measured does not work, or cannot be started; slowness is no failure."""
