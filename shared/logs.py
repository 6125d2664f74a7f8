"""Log lines as text or JSON, with the task (and whatever else is bound) on each of them."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import orjson

from shared.settings import Settings

_bound: ContextVar[dict[str, str] | None] = ContextVar("bound", default=None)
QUIET = {
    "aiobotocore": logging.WARNING,
    "alembic": logging.WARNING,
    "asyncssh": logging.WARNING,
    "botocore": logging.WARNING,
    "celery.worker.strategy": logging.WARNING,
    "celery.app.trace": logging.ERROR,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
}
"""Libraries that say more than an operator wants to read: credentials, for some of them."""


@contextmanager
def bound(**names: str) -> Iterator[None]:
    """Put ``names`` on every log line of this thread until the block ends."""
    token = _bound.set({**(_bound.get() or {}), **names})
    try:
        yield
    finally:
        _bound.reset(token)


def configure(settings: Settings, process: str) -> None:
    """Send this process's log to standard error in the format that the settings ask for."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json(process) if settings.log_format == "json" else _Text(process))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(max(level, root.level))


class _Text(logging.Formatter):
    """``2026-11-21T22:10:30.123Z INFO gateway message task_id=…``."""

    def __init__(self, process: str) -> None:
        super().__init__(f"%(asctime)s %(levelname)s {process} %(message)s")

    def formatTime(  # noqa: N802 - logging names it
        self, record: logging.LogRecord, datefmt: str | None = None
    ) -> str:
        return _iso(record.created)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging names it
        names = "".join(f" {name}={value}" for name, value in (_bound.get() or {}).items())
        return super().formatMessage(record) + names


class _Json(logging.Formatter):
    """One JSON object a line."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": _iso(record.created),
            "level": record.levelname,
            "process": self._process,
            "logger": record.name,
            "message": record.getMessage(),
            **(_bound.get() or {}),
        }
        if record.exc_text:
            line["traceback"] = record.exc_text
        elif record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        try:
            return orjson.dumps(line, default=str).decode()
        except orjson.JSONEncodeError:  # a lone surrogate, as names of files have them
            return json.dumps(line, default=str)


def _iso(seconds: float) -> str:
    milliseconds = int(seconds % 1 * 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{milliseconds:03d}Z"
