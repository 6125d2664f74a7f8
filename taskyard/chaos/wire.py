"""A connection to the gateway that stays open, and says of every request what became of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

import orjson

TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; ``status`` is 0 where none came, and then ``was_sent`` says whether it might
    have been heard all the same."""

    status: int
    body: Any = None
    was_sent: bool = True


class Wire:
    """One caller of the gateway at ``url``, with its API key; for one thread."""

    def __init__(self, url: str, key: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        parts = urlsplit(url)
        self._connection = HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_seconds)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: Any = None) -> Reply:
        """Send one request and wait for its answer; never raises."""
        if self._connection.sock is None:
            try:
                self._connection.connect()
            except OSError:
                self.close()
                return Reply(0, was_sent=False)
        try:
            content = None if body is None else orjson.dumps(body)
            self._connection.request(method, path, content, self._headers)
            answer = self._connection.getresponse()
            return Reply(answer.status, _read(answer.read()))
        except (OSError, HTTPException):
            self.close()
            return Reply(0)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _read(content: bytes) -> Any:
    with suppress(orjson.JSONDecodeError):
        return orjson.loads(content)
    return None
