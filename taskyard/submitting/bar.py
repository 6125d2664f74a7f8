"""The bar of a file that is submitted: how far it is, and how fast."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from taskyard.uploading.bars import fitted


class SubmittingBar:
    """A bar of click's, with a text behind it."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar

    def reach(self, position: int, told: str) -> None:
        """Show that it is there now."""
        self._bar.update(position - self._bar.pos, told)


@contextmanager
def submitting_bar(name: str, length: int, done: int) -> Iterator[SubmittingBar]:
    """A bar on standard error, of that length in bytes or lines, some of which are done."""
    with click.progressbar(
        length=max(1, length),
        label=fitted(f"submitting {name}").rstrip(),
        file=sys.stderr,
        width=30,
        item_show_func=lambda told: told,
    ) as bar:
        bar.update(done)
        yield SubmittingBar(bar)
