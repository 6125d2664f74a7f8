"""Why a file cannot be read; the messages are for its owner."""

from __future__ import annotations

from shared.errors import TaskError


class Unreadable(TaskError):
    """The file is at fault: another attempt would end the same way."""

    def __init__(self, message: str, *, code: str = "EXTRACTION_FAILED") -> None:
        super().__init__(message, retryable=False, code=code)


def damaged(label: str, detail: str = "") -> Unreadable:
    """What calls itself ``label`` (such as "a PDF file") is broken in its inside."""
    why = f" ({detail})" if detail else ""
    return Unreadable(f"The file is {label}, but is damaged or cut off{why}.")


def locked(label: str) -> Unreadable:
    """It needs a password, which nobody told us."""
    return Unreadable(f"The file is {label} that is protected by a password. Remove it first.")
