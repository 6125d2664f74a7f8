"""Whether everything that ``taskyard up`` started is ready for work."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from taskyard.child import Child
from taskyard.probe import Answer, get

ASK_SECONDS = 0.2
TELL_SECONDS = 15.0
"""Who waits so long is told what for."""


class Readiness:
    """Remembers who was found ready, so that each is asked no longer than needed."""

    def __init__(
        self,
        children: Sequence[Child],
        pages: dict[str, str],
        ask: Callable[[str], Answer] = get,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        self._children = children
        self._pages = pages
        self._ask = ask
        self._tell = tell
        self._tell_at = time.monotonic() + TELL_SECONDS
        self._answered: set[str] = set()
        self._next_at = 0.0

    def is_complete(self) -> bool:
        """Whether all are ready; asks the pages a few times a second at most."""
        missing = self.missing()
        if missing and self._tell and time.monotonic() >= self._tell_at:
            self._tell(f"not ready yet: {', '.join(missing)}")
            self._tell_at += TELL_SECONDS
        return not missing

    def missing(self) -> list[str]:
        """The names of those that are not ready yet."""
        if time.monotonic() >= self._next_at:
            self._ask_pages()
            self._next_at = time.monotonic() + ASK_SECONDS
        return [child.name for child in self._children if not self._is_ready(child)]

    def _ask_pages(self) -> None:
        for name, url in self._pages.items():
            if name not in self._answered and self._ask(url).status == 200:
                self._answered.add(name)

    def _is_ready(self, child: Child) -> bool:
        return child.is_ready and (child.name in self._answered or child.name not in self._pages)
