"""Flower's list of workers, which it makes only when asked."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable

import orjson

from taskyard.probe import Answer, get

PATIENCE_SECONDS = 4.0
"""How long the yard's start waits for Flower's list; without it everything else works."""


class WorkerList:
    """Asks Flower to inspect the workers until it lists them all."""

    def __init__(
        self,
        url: str,
        credential: str,
        wanted: int,
        ask: Callable[[str, dict[str, str]], Answer] = get,
    ) -> None:
        self._page = f"{url}/api/workers?refresh=1"
        self._headers = {"Authorization": f"Basic {b64encode(credential.encode()).decode()}"}
        self._wanted = wanted
        self._ask = ask
        self._until: float | None = None

    def is_made(self) -> bool:
        """Whether Flower lists every worker, or has had its time."""
        self._until = self._until or time.monotonic() + PATIENCE_SECONDS
        answer = self._ask(self._page, self._headers)
        return self._listed(answer) >= self._wanted or time.monotonic() >= self._until

    def _listed(self, answer: Answer) -> int:
        if answer.status != 200:
            return 0
        return len(orjson.loads(answer.body))
