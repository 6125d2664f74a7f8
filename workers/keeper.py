"""The parent's side of leases: extend what the children run, settle what dead ones left.

A thread of the worker's parent process, where no native code runs. The children's tasks are
known from the worker's own list of active requests.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import Empty, SimpleQueue

from shared.errors import Unavailable
from shared.tasks import dispatch, leases
from shared.tasks.loss import Cause
from shared.yard import Yard
from workers.forks import Forks
from workers.process import Worker

log = logging.getLogger(__name__)
BEATS_PER_LEASE = 5
FINISH_SECONDS = 0.2
"""How often a worker that stops looks whether it still holds anything."""


@dataclass(frozen=True, slots=True)
class Running:
    """A message that a pool child works on."""

    ids: tuple[str, ...]
    pid: int | None


@dataclass(frozen=True, slots=True)
class Loss:
    """A message whose child is gone, and why."""

    ids: tuple[str, ...]
    cause: Cause
    seen_at: datetime


NOTHING = Loss((), Cause.SHUTDOWN, datetime.min.replace(tzinfo=UTC))


class Keeper:
    """Holds the leases of one worker; `start` it in the parent, `stop` it at the end."""

    def __init__(self, worker: Worker, running: Callable[[], Iterable[Running]]) -> None:
        self._worker = worker
        self._running = running
        self._losses: SimpleQueue[Loss | None] = SimpleQueue()
        self._unsettled: list[Loss] = []
        self._forks = Forks()
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self.is_stopping = False
        self._is_stopped = False
        self._is_idle = threading.Event()

    def start(self) -> None:
        """Begin to extend."""
        self._thread.start()

    def lost(self, ids: Iterable[str], cause: Cause) -> None:
        """A child is gone; called from the parent's loop, settled here."""
        cause = Cause.SHUTDOWN if self.is_stopping else cause
        self._losses.put(Loss(tuple(ids), cause, self._worker.now()))

    def finish(self, seconds: float) -> None:
        """Return when nothing is held any more, after ``seconds`` at the latest."""
        self.is_stopping = True
        self._losses.put(NOTHING)
        self._is_idle.wait(seconds)

    def stop(self) -> None:
        """Settle what is left and give back everything still held."""
        if self._is_stopped:
            return
        self._is_stopped = True
        self._losses.put(None)
        self._thread.join(timeout=5)
        self._guarded(self._settle)
        try:
            back = self._lose(None, Cause.SHUTDOWN)
            if back:
                log.info("gave back %d tasks that were still running", back)
        except Unavailable as error:
            log.warning("could not give back what was running; leases will lapse: %s", error)

    def _keep(self) -> None:
        beat_seconds = self._worker.settings.lease_seconds / BEATS_PER_LEASE
        beat_at = time.monotonic() + beat_seconds
        while True:
            wait = FINISH_SECONDS if self.is_stopping else beat_at - time.monotonic()
            try:
                loss = self._losses.get(timeout=max(0.0, wait))
            except Empty:
                loss = NOTHING
            if loss is None:
                return
            self._unsettled.append(loss)
            self._guarded(self._settle)
            if time.monotonic() >= beat_at:
                beat_at = time.monotonic() + beat_seconds
                self._guarded(self._beat)
            if self.is_stopping:
                self._guarded(self._look_whether_idle)

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do ``work``; whatever goes wrong, the leases must be extended again next time."""
        try:
            work()
        except Unavailable as error:
            log.warning("leases cannot be kept: %s", error)
        except Exception:
            log.exception("keeping the leases failed")

    @contextmanager
    def _undisturbed(self) -> Iterator[Yard]:
        """The parent's yard, while nobody forks; no child inherits an open connection."""
        with self._forks:
            try:
                yield self._worker.yard
            finally:
                self._worker.yard.store.close()

    def _settle(self) -> None:
        """Write the losses seen so far; those that the store does not take wait."""
        waiting, self._unsettled = self._unsettled, []
        for loss in waiting:
            try:
                if loss.ids:
                    self._lose(loss.ids, loss.cause, loss.seen_at)
            except Unavailable:
                self._unsettled.append(loss)

    def _lose(
        self, ids: tuple[str, ...] | None, cause: Cause, seen_at: datetime | None = None
    ) -> int:
        holder = self._worker.holder
        with self._undisturbed() as yard:
            return dispatch.lose(yard, holder, cause, ids, actor=holder, started_by=seen_at)

    def _look_whether_idle(self) -> None:
        with self._undisturbed() as yard, yard.store.read() as tx:
            if not leases.is_holding(tx, self._worker.holder):
                self._is_idle.set()

    def _beat(self) -> None:
        running = list(self._running())
        ids = {task_id for message in running for task_id in message.ids}
        if not ids:
            return
        with self._undisturbed() as yard:
            kept = dispatch.extend(yard, ids, self._worker.holder)
        grace = self._worker.settings.cancel_grace_seconds
        now = self._worker.yard.store.now()
        overdue = {
            e.task_id
            for e in kept
            if e.cancel_requested_at and (now - e.cancel_requested_at).total_seconds() > grace
        }
        for message in self._running() if overdue else ():
            if len(message.ids) == 1 and overdue.issuperset(message.ids):
                _terminate(message)


def _terminate(message: Running) -> None:
    """Kill the child that does not stop; its death is settled like any other."""
    if message.pid:
        log.warning("terminating process %d: its task was canceled and goes on", message.pid)
        try:
            os.kill(message.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
