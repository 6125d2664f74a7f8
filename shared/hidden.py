"""Secrets are kept from the log of the process while something is done that could tell them.

By whoever logs, from whichever thread: a library may log from one of its own. Records are changed
where they are made, so every handler of the log, ours or another's, has them without the secrets.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

from shared.secret_forms import forms_of, without_forms


class _Hiding:
    """What is kept from the log now, by whichever thread: a handler may log from several."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self.forms: tuple[str, ...] = ()
        self.is_installed = False

    def change(self, secrets: Collection[str], by: int) -> None:
        with self._lock:
            for secret in secrets:
                self._counts[secret] += by
            self._counts = +self._counts
            self.forms = forms_of(self._counts)
            if not self.is_installed:
                logging.setLogRecordFactory(_hiding_factory(logging.getLogRecordFactory()))
                self.is_installed = True


_hiding = _Hiding()


@contextmanager
def hidden(secrets: Collection[str]) -> Iterator[None]:
    """Keep ``secrets`` from every log line of the process until the block ends."""
    if not secrets:
        yield
        return
    _hiding.change(secrets, +1)
    try:
        yield
    finally:
        _hiding.change(secrets, -1)


def _hiding_factory(make: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    def make_hiding(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        if forms := _hiding.forms:
            _hide_in(record, forms)
        return record

    return make_hiding


def _hide_in(record: logging.LogRecord, forms: Sequence[str]) -> None:
    """Write out what ``record`` says, and its traceback, where a secret is in them."""
    try:
        message = record.getMessage()
    except Exception:  # logging would print the arguments
        message = f"{record.msg} {record.args}"
    record.msg, record.args = without_forms(message, forms), None
    if record.exc_info:
        told = logging.Formatter().formatException(record.exc_info)
        record.exc_text, record.exc_info = without_forms(told, forms), None
    if record.stack_info:
        record.stack_info = without_forms(record.stack_info, forms)
