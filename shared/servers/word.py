"""The words in which a server is told why one of its reports counts for nothing. Pure."""

from __future__ import annotations

from enum import StrEnum


class Word(StrEnum):
    """Why a report changed nothing.

    not_your_task       the task is at another server, or at none
    not_found           there is no such task
    invalid_status      the status is none that a server may report
    missing_link_id     the report names no task
    duplicate           the same call named the task before
    illegal_transition  the task cannot go from where it is to there
    stale_attempt       the report speaks of an attempt that is over
    """

    NOT_YOUR_TASK = "not_your_task"
    NOT_FOUND = "not_found"
    INVALID_STATUS = "invalid_status"
    MISSING_LINK_ID = "missing_link_id"
    DUPLICATE = "duplicate"
    ILLEGAL_TRANSITION = "illegal_transition"
    STALE_ATTEMPT = "stale_attempt"
