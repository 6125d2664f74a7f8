"""Requests that take long keep their memos: a thread of the process extends the leases."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from shared.db import Store
from shared.errors import Unavailable
from shared.idempotency.keeping import extend
from shared.idempotency.memo import LEASE, Memo

log = logging.getLogger(__name__)
EXTEND_EVERY_SECONDS = LEASE.total_seconds() / 3


class Leases:
    """The memos that this process works on; the thread runs while there are any."""

    def __init__(self, store: Store, every_seconds: float = EXTEND_EVERY_SECONDS) -> None:
        self._store = store
        self._every_seconds = every_seconds
        self._lock = threading.Lock()
        self._held: set[Memo] = set()
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()

    @contextmanager
    def held(self, memo: Memo) -> Iterator[None]:
        """Extend the lease of ``memo`` for as long as this lasts."""
        with self._lock:
            self._held.add(memo)
            if self._thread is None and not self._closing.is_set():
                self._thread = threading.Thread(target=self._watch, name="memos", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._held.discard(memo)

    def close(self) -> None:
        """Extend nothing any more; returns when nothing is being extended."""
        with self._lock:
            self._closing.set()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _watch(self) -> None:
        while not self._closing.wait(self._every_seconds):
            with self._lock:
                held = list(self._held)
                if not held:
                    self._thread = None
                    return
            self._extend(held)

    def _extend(self, held: list[Memo]) -> None:
        try:
            self._store.transact(lambda tx: extend(tx, held))
        except Unavailable as error:
            log.warning("memos are not extended: %s", error)
        except Exception:
            log.exception("extending memos failed")
