"""How many of something, in words. Pure."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """``count`` and the ``noun``, which takes an s where it is not one."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
