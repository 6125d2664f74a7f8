"""Celery's view of a message in work, told to the keeper when its child is gone."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from billiard.exceptions import Terminated, WorkerLostError
from celery.worker import state
from celery.worker.request import Request

from shared.tasks.loss import Cause
from shared.tasks.messages import ids_in
from workers.keeper import Keeper, Running

DEATHS = (WorkerLostError, Terminated, SystemExit, KeyboardInterrupt)


class YardRequest(Request):  # type: ignore[misc]
    """A request that reports the loss of its child process."""

    keeper: ClassVar[Keeper | None] = None
    hard_limits: ClassVar[dict[str, float]] = {}
    """By the name of the task type, in seconds; the child ends itself then."""

    def on_failure(self, exc_info: Any, *args: Any, **kwargs: Any) -> None:
        """The child died, or the task raised."""
        error = getattr(exc_info.exception, "exc", exc_info.exception)
        super().on_failure(exc_info, *args, **kwargs)
        if isinstance(error, DEATHS):
            self._lost(self._cause())

    def _cause(self) -> Cause:
        """Why the child is gone. Celery cancels what runs only when it shuts down."""
        if self._already_cancelled:
            return Cause.SHUTDOWN
        ran_seconds = time.time() - self.time_start if self.time_start else 0.0
        limit = self.hard_limits.get(self.name, float("inf"))
        return Cause.TIME_LIMIT if ran_seconds >= limit else Cause.WORKER_DIED

    def _lost(self, cause: Cause) -> None:
        if self.keeper is not None:
            self.keeper.lost(task_ids(self), cause)


def task_ids(request: Any) -> tuple[str, ...]:
    """The task ids that a message carries."""
    return ids_in(request.args[0]) if request.args else ()


def running() -> list[Running]:
    """The messages that pool children work on now."""
    return [Running(task_ids(r), r.worker_pid) for r in _active()]


def _active() -> list[Any]:
    """A copy of Celery's own set, which the parent's loop may change while it is copied."""
    while True:
        try:
            return list(state.active_requests)
        except RuntimeError:
            continue
