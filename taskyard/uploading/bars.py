"""Progress bars on a terminal, for people; without one only their labels are printed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

LABEL_WIDTH = 40


class TerminalBar:
    """A bar of click's."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar

    def reach(self, position: int) -> None:
        """Show that it is there now."""
        self._bar.update(position - self._bar.pos)


@contextmanager
def terminal_bars(label: str, length: int) -> Iterator[TerminalBar]:
    """A bar on standard error, which leaves standard output to the table."""
    with click.progressbar(
        length=max(1, length), label=fitted(label), file=sys.stderr, width=30
    ) as bar:
        yield TerminalBar(bar)


def fitted(label: str) -> str:
    """``label`` in exactly `LABEL_WIDTH` characters: its end says more than its middle. Pure."""
    if len(label) > LABEL_WIDTH:
        half = (LABEL_WIDTH - 1) // 2
        label = f"{label[:half]}…{label[half + 1 - LABEL_WIDTH :]}"
    return label.ljust(LABEL_WIDTH)
