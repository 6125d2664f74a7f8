"""What can go wrong with a site, in its own words where it gives some.

SiteError
├── CredentialRefused   the site does not take the credential (any more)
├── RequestRefused      the site will never do what was asked
└── SiteUnavailable     it may do it later; ``delay_seconds`` where it says when
"""

from __future__ import annotations

from shared.errors import TaskyardError

TOLD_CHARACTERS = 300


class SiteError(TaskyardError):
    """A site did not do what was asked; ``status`` is that of its answer, where there was one."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class CredentialRefused(SiteError):
    """The site does not take the credential, or not any more."""


class RequestRefused(SiteError):
    """The site will never do what was asked."""


class SiteUnavailable(SiteError):
    """The site cannot do it now, or did not answer: whether it did it is then not known."""

    def __init__(
        self, message: str, status: int | None = None, delay_seconds: float | None = None
    ) -> None:
        super().__init__(message, status)
        self.delay_seconds = delay_seconds


def refusal(site: str, status: int, said: str, delay_seconds: float | None) -> SiteError:
    """What an answer with that status means; ``said`` is the site's message. Pure."""
    told = " ".join(said.split())[:TOLD_CHARACTERS]
    message = f"{site} answered {status}: {told}" if told else f"{site} answered {status}."
    if status == 401:
        return CredentialRefused(message, status)
    if status in PASSING or status >= 500:
        return SiteUnavailable(message, status, delay_seconds)
    return RequestRefused(message, status)


PASSING = frozenset({408, 409, 425, 429})
"""Statuses below 500 that say: not now."""
