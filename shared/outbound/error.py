"""What can go wrong on the way out, in words that a caller may read."""

from __future__ import annotations

from enum import StrEnum

from shared.errors import TaskError, TaskyardError


class Reason(StrEnum):
    """Why something outside could not be had: a stable word for machines."""

    URL_REFUSED = "URL_REFUSED"
    ADDRESS_REFUSED = "ADDRESS_REFUSED"
    NAME_UNKNOWN = "NAME_UNKNOWN"
    UNREACHABLE = "UNREACHABLE"
    TOO_SLOW = "TOO_SLOW"
    TOO_LARGE = "TOO_LARGE"
    TOO_MANY_REDIRECTS = "TOO_MANY_REDIRECTS"
    BAD_ANSWER = "BAD_ANSWER"


PASSING = frozenset({Reason.NAME_UNKNOWN, Reason.UNREACHABLE, Reason.TOO_SLOW})
"""What may be otherwise a minute later."""


class OutboundError(TaskyardError):
    """A host could not be used: which one, and why.

    The message never tells an address that a name stands for, nor anything else about the
    network that the yard is in. ``retryable`` says whether it may work later.
    """

    def __init__(
        self, host: str, reason: Reason, message: str, *, retryable: bool | None = None
    ) -> None:
        super().__init__(f"{host}: {message}")
        self.host = host
        self.reason = reason
        self.retryable = reason in PASSING if retryable is None else retryable

    def as_task_error(self) -> TaskError:
        """The same for a handler to raise."""
        return TaskError(str(self), retryable=self.retryable, code=self.reason.value)
