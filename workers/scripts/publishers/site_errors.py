"""What a site's errors mean for a post."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shared.sites.error import CredentialRefused, RequestRefused, SiteUnavailable
from shared.sites.outcome import NotAccepted, TryLater
from workers.scripts.publishers.protocol import LoggedOut


@contextmanager
def told_to_posts() -> Iterator[None]:
    """Turn a `SiteError` in the block into the publishers' error that it stands for."""
    try:
        yield
    except CredentialRefused as error:
        raise LoggedOut(str(error)) from error
    except RequestRefused as error:
        raise NotAccepted(str(error)) from error
    except SiteUnavailable as error:
        raise TryLater(str(error), error.delay_seconds) from error
