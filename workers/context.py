"""What a handler may use while it runs: progress out, cancellation in."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, select, update

from shared.db import Transaction
from shared.errors import Unavailable
from shared.secrecy import without_secrets
from shared.tasks.status import Status
from shared.tasks.task import Task, tasks
from shared.yard import Yard
from workers.alarm import held_off

PROGRESS_SECONDS = 0.25
LOOK_SECONDS = 0.5


class RunContext:
    """The `Context` of one attempt at one task; ``secrets`` are kept out of what it tells."""

    def __init__(self, yard: Yard, task: Task, secrets: Collection[str] = ()) -> None:
        self.task_id = task.id
        self.account_id = task.account_id
        self.attempt = task.attempt
        self.yard = yard
        self.was_canceled = False
        self._secrets = secrets
        self._detail: dict[str, Any] = dict(task.detail or {})
        self._told_at = self._looked_at = float("-inf")

    @property
    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        """The row, while this attempt runs; most handlers never ask, and building it costs time."""
        return (
            tasks.c.id == self.task_id,
            tasks.c.attempt == self.attempt,
            tasks.c.status == Status.RUNNING.value,
        )

    def progress(self, percent: float, **detail: Any) -> None:
        """Store how far the work is, at most every `PROGRESS_SECONDS`."""
        self._detail.update(without_secrets(detail, self._secrets))
        if time.monotonic() - self._told_at < PROGRESS_SECONDS:
            return
        self._told_at = time.monotonic()
        try:
            with held_off(), self.yard.store.begin() as tx:
                values = {"progress": min(max(percent, 0.0), 100.0), "updated_at": tx.now}
                known = {"detail": self._detail} if self._detail else {}
                tx.execute(update(tasks).where(*self._mine).values(**values, **known))
        except Unavailable:
            return

    @property
    def detail(self) -> Mapping[str, Any]:
        """What was told by now, by earlier attempts too."""
        return self._detail

    def record(self, tx: Transaction, percent: float, **detail: Any) -> bool:
        """Store progress in the caller's own transaction; see `Context.record`.

        The lease goes on as well: whoever extends leases passes over a row that we have locked,
        and a handler that records often has it locked most of the time.
        """
        self._detail.update(without_secrets(detail, self._secrets))
        values = {
            "progress": min(max(percent, 0.0), 100.0),
            "detail": self._detail,
            "updated_at": tx.now,
            "lease_expires_at": tx.now + timedelta(seconds=self.yard.settings.lease_seconds),
        }
        return tx.execute(update(tasks).where(*self._mine).values(**values)).rowcount == 1

    def canceled(self) -> bool:
        """Look at the row, at most every `LOOK_SECONDS`; true also when it is not ours any more."""
        if not self.was_canceled and time.monotonic() - self._looked_at >= LOOK_SECONDS:
            self._looked_at = time.monotonic()
            self.was_canceled = self._is_over()
        return self.was_canceled

    def _is_over(self) -> bool:
        try:
            with held_off(), self.yard.store.read() as tx:
                row: Row[Any] | None = tx.first(
                    select(tasks.c.cancel_requested_at).where(*self._mine)
                )
        except Unavailable:
            return False
        return row is None or row.cancel_requested_at is not None
