"""Lines that change in place on a terminal (ECMA-48), or follow each other where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass

import click

from taskyard.watching.board import fitted

UP, CLEAR_BELOW, CLEAR_LINE = "\x1b[{}A", "\x1b[J", "\x1b[K"


@dataclass(slots=True)
class Screen:
    """Shows one board in place of the one before."""

    is_terminal: bool
    _shown: Sequence[str] = ()

    def show(self, lines: Sequence[str]) -> None:
        """Show ``lines``; what is no terminal is told what changed, and once."""
        if not self.is_terminal:
            if lines != self._shown:
                click.echo("\n".join(lines))
            self._shown = lines
            return
        size = shutil.get_terminal_size()
        fitting = fitted(lines, size.columns, size.lines)
        back = UP.format(len(self._shown)) if self._shown else ""
        text = "".join(f"{line}{CLEAR_LINE}\n" for line in fitting)
        click.echo(f"{back}{text}{CLEAR_BELOW}", nl=False, color=True)
        self._shown = fitting
