"""What a request to a site can come to, as errors of the task that it was made for.

TaskError
├── NotAccepted      the site refuses this, or can never take it; another attempt would not help
└── TryLater         it may go through later; ``delay_seconds`` where the site says when
"""

from __future__ import annotations

from shared.errors import TaskError


class NotAccepted(TaskError):
    """The site refuses this, or can never take it."""

    def __init__(self, message: str, *, code: str = "NOT_ACCEPTED") -> None:
        super().__init__(message, retryable=False, code=code)


class TryLater(TaskError):
    """It may go through later, after ``delay_seconds`` where the site named a delay."""

    def __init__(
        self, message: str, delay_seconds: float | None = None, *, code: str = "TRY_LATER"
    ) -> None:
        super().__init__(message, retryable=True, delay_seconds=delay_seconds, code=code)
