"""Commits of handlers that go on for long: uninterrupted, waited for, given up when overtaken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from shared.patience import patiently
from workers.alarm import held_off

PATIENCE_SECONDS = 30.0
T = TypeVar("T")


class Superseded(Exception):
    """The task was canceled, or another worker has it now: nothing more is to be written."""


def committed(work: Callable[[], T]) -> T:
    """Do ``work`` in the store, uninterrupted, as soon as the store answers."""

    def undisturbed() -> T:
        with held_off():
            return work()

    return patiently(undisturbed, PATIENCE_SECONDS)
