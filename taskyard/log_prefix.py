"""The lines of all processes in one stream, each with its process's name in front."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TextIO

COLOURS = (36, 32, 33, 35, 34, 96, 92, 93, 95, 94)
"""ANSI foreground colours, given out in order of first appearance."""


@dataclass(slots=True)
class LogStream:
    """Where every line of the yard goes, whole and one at a time.

    With ``is_json`` a line that is a JSON object stays as it is, so that machines can read it.
    """

    out: TextIO
    width: int = 0
    is_coloured: bool = False
    is_json: bool = False
    _seen: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, name: str, line: str) -> None:
        """Write one line of the process ``name``; a closed stream costs nothing but the line."""
        text = line if self.is_json and line.startswith("{") else f"{self._prefix(name)}{line}"
        self.print(text)

    def print(self, text: str) -> None:
        """Write ``text`` as it is, and a newline."""
        with self._lock:
            try:
                self.out.write(text + "\n")
                self.out.flush()
            except (BrokenPipeError, ValueError):
                return

    def _prefix(self, name: str) -> str:
        plain = f"{name.ljust(self.width)} | "
        if not self.is_coloured:
            return plain
        colour = COLOURS[self._seen.setdefault(name, len(self._seen)) % len(COLOURS)]
        return f"\x1b[{colour}m{plain}\x1b[0m"
