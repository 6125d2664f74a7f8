"""Waits for an endpoint that asked us to, where that is soon: giving up costs an attempt."""

from __future__ import annotations

import time

from shared.tasks.task_type import Context
from shared.vectors.embedder import EmbedderFailed

SOON_SECONDS = 60.0
LOOK_SECONDS = 0.5


def wait_as_asked(context: Context, error: EmbedderFailed) -> bool:
    """Wait as long as the endpoint asked; False where it did not, or for too long.

    Also False, at once, when somebody cancels.
    """
    if error.delay_seconds is None or not (error.retryable and error.delay_seconds < SOON_SECONDS):
        return False
    end = time.monotonic() + error.delay_seconds
    while (left := end - time.monotonic()) > 0:
        if context.canceled():
            return False
        time.sleep(min(left, LOOK_SECONDS))
    return not context.canceled()
