"""Server-Sent Events as they are written to the wire. Pure.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

from typing import Any

import orjson

CONTENT_TYPE = "text/event-stream"
RETRY_MS = 2_000
"""After how long a client that lost its stream asks for the rest."""


def frame(number: int, name: str, data: dict[str, Any]) -> bytes:
    """One event; ``number`` is what a client resumes from."""
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (number, name.encode(), orjson.dumps(data))


def opening(number: int | None) -> bytes:
    """What comes first, so that the headers go out; no empty line: it belongs to what follows."""
    return sign_of_life(number) + b"retry: %d\n" % RETRY_MS


def sign_of_life(number: int | None) -> bytes:
    """A comment: everything up to ``number`` was told, where that is known."""
    return b": alive\n" if number is None else b": at %d\n" % number
