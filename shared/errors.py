"""What can go wrong, as one tree; an error says whether doing it again helps.

TaskyardError
├── SettingsError        the environment asks for something impossible; the process must not start
├── Unavailable          store or broker do not answer; the caller may try again
├── Refused              the request is understood and cannot be had; nothing was stored
│   ├── NotFound
│   ├── Conflict         the thing is in a state that does not allow it
│   └── CreditsExhausted
├── GiveWay              raised by a handler that goes on later: others wait for its process
└── TaskError            raised by a task's handler; says whether retry helps
    └── TaskTimeout
"""

from __future__ import annotations


class TaskyardError(Exception):
    """The root of every error raised on purpose."""


class SettingsError(TaskyardError):
    """A setting is missing or impossible; the message names it and what would do."""


class Unavailable(TaskyardError):
    """Store or broker do not answer now; the same call may succeed later.

    ``outcome_unknown`` is set when the answer to a commit got lost: it may have happened.
    """

    def __init__(self, message: str, *, outcome_unknown: bool = False) -> None:
        super().__init__(message)
        self.outcome_unknown = outcome_unknown


class Refused(TaskyardError):
    """The request cannot be had as asked; nothing was changed."""

    def __init__(self, message: str, *, code: str = "REFUSED", field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.field = field


class NotFound(Refused):
    """There is no such thing, or it is another account's."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="NOT_FOUND")


class Conflict(Refused):
    """The thing exists, but its state does not allow this."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="CONFLICT")


class CreditsExhausted(Refused):
    """The account's balance is below the price."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="INSUFFICIENT_CREDITS")


class GiveWay(TaskyardError):
    """A handler stops where it can go on later; the message says why, where there is one."""


class TaskError(TaskyardError):
    """A task failed.

    ``retryable`` says whether another attempt could succeed; ``delay_seconds``, where given, is
    how long the other side asked us to wait; ``code`` is a stable word for machines.
    """

    def __init__(
        self,
        message: str,
        *,
        retryable: bool = True,
        delay_seconds: float | None = None,
        code: str = "TASK_FAILED",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.retryable = retryable
        self.delay_seconds = delay_seconds
        self.code = code


class TaskTimeout(TaskError):
    """A task ran longer than its type allows."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The task ran longer than {seconds:g} s.", code="TIMEOUT")
