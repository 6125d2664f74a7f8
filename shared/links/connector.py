"""What a connector is, what it may use, and what may go wrong.

Each connector is a module of `shared.links.connectors`, called as the kind of site it speaks to
(`mastodon`, `feed`), and has the same interior: a class that is a `Connector`, and a function
``open_connector(settings: Settings) -> Connector`` that makes one for a task. Making one costs
little and sends nothing; libraries are imported inside functions. The links pool and agents on
other machines use the same ones, so a connector needs no store: settings are all it has.

TaskError
├── SignInRefused    the site does not take the name and password
├── NotAccepted, TryLater: see `shared.sites.outcome`
└── NotSeen          it was made, and fetching it back did not show it
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from shared.errors import TaskError
from shared.links.order import Link, Order
from shared.links.service import Service
from shared.sites.error import CredentialRefused, RequestRefused, SiteUnavailable
from shared.sites.outcome import NotAccepted, TryLater


class SignInRefused(TaskError):
    """The site does not take the name and password."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=False, code="SIGN_IN_REFUSED")


class NotSeen(TaskError):
    """It was made, and does not show (yet) where it should be: looked for again later."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=True, code="NOT_SEEN")


class Journal(Protocol):
    """What an attempt writes down, and what it finds of earlier ones, on other machines too."""

    @property
    def noted(self) -> Mapping[str, Any]:
        """What was noted by now, in earlier attempts at the same task too."""

    def note(self, **facts: Any) -> None:
        """Keep ``facts`` (JSON) durably, before a step that must not be done twice.

        Raises `GiveWay` where another attempt has the task by now, or it was asked to stop.
        """


class Connector(Protocol):
    """A way to make links at one kind of site.

    `publish` is called again after an attempt whose outcome nobody knows. It notes before it
    sends, and where it finds such a note it looks whether the link is there before it sends once
    more: one task never makes two links. It fetches back what it made, and answers only what it
    has seen to be there.
    """

    kind: str
    services: frozenset[Service]

    def check(self, order: Order) -> None:
        """Raise `NotAccepted` where such a site can never take ``order``; sends nothing."""

    def publish(self, order: Order, journal: Journal) -> Link:
        """Make the link, or find it there; raises one of this module's errors."""


@contextmanager
def told_to_links() -> Iterator[None]:
    """Turn a `SiteError` in the block into the connectors' error that it stands for."""
    try:
        yield
    except CredentialRefused as error:
        raise SignInRefused(str(error)) from error
    except RequestRefused as error:
        raise NotAccepted(str(error)) from error
    except SiteUnavailable as error:
        raise TryLater(str(error), error.delay_seconds) from error
