"""A worker that is told to stop lets its tasks end first, for a while.

Celery's own worker sleeps through that while, even when everything ended at once; and it looks at
messages, of which it notices no end while it sleeps. Here the store is asked what is still held.
"""

from __future__ import annotations

from celery.apps.worker import Worker
from celery.worker import state

from workers.request import YardRequest


class SoftStop(Worker):  # type: ignore[misc]
    """Celery's worker with a shorter wait at its end."""

    def wait_for_soft_shutdown(self) -> None:
        """Return when nothing is held any more, or the time for that is over."""
        if YardRequest.keeper is not None:
            YardRequest.keeper.finish(self.app.conf.worker_soft_shutdown_timeout)
        _forget_successes()


def _forget_successes() -> None:
    """Let Celery end every message that is still in work.

    It passes by those whose id succeeded here before, and waits for them without end. Our ids come
    again: with a retry, or with a message that was sent twice.
    """
    for request in tuple(state.active_requests):
        state.successful_requests.discard(request.id)
