"""How a caller wants a file put in: where, and for how long it waits. Pure."""

from __future__ import annotations

from math import isfinite
from urllib.parse import unquote

from api.jobs.refusals import refused

DEFAULT_SECONDS = 30.0
FLAGS = {"true": True, "false": False}


def wait_seconds(text: str | None) -> float:
    """How many seconds the form's ``wait`` asks for; without one, as long as anybody may wait."""
    if text is None or not text.strip():
        return DEFAULT_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not isfinite(seconds) or seconds < 0:
        raise refused("wait", "must be a number of seconds, 0 or more.")
    return seconds


def wait_header(text: str | None) -> bool:
    """Whether the header ``wait`` asks to wait."""
    word = (text or "false").strip().lower()
    if word not in FLAGS:
        raise refused("wait", "must be true or false.")
    return FLAGS[word]


def folder_names(text: str | None) -> list[str]:
    """What the header ``folder`` may mean: an id or a name, as it is or percent-encoded.

    Headers come as if they were Latin-1; whoever sends other letters sends UTF-8.
    """
    if text is None or not text.strip():
        return []
    try:
        name = text.encode("latin-1").decode()
    except UnicodeError:
        name = text
    return list(dict.fromkeys((name.strip(), unquote(name.strip()).replace("\0", "\ufffd"))))
