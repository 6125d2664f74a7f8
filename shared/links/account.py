"""The account at a site: where it is, what opens it, and that a task stays with one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shared.links.connector import Journal, SignInRefused
from shared.links.order import Order
from shared.outbound import OutboundError
from shared.outbound.url import checked_url
from shared.sites.error import CredentialRefused, RequestRefused
from shared.sites.outcome import NotAccepted

OTHER_ACCOUNT = (
    "An earlier attempt may have made the link in another account, which the site's fields were "
    "for then: nothing is made again. Look at that account."
)


def site_url(order: Order) -> str:
    """The site's ``url``, with its path; what `site_origin` says holds of it too."""
    site_origin(order)
    given = order.site.url.strip()
    return given if "://" in given else f"https://{given}"


def site_origin(order: Order, default: str = "") -> str:
    """The server in the site's ``url``, without a path; ``default`` where there is no ``url``.

    Raises `NotAccepted` where it is none; a name alone is one of https.
    """
    given = order.site.url.strip() or default
    if not given:
        raise NotAccepted("url: give the address of the site.", code="INVALID_FIELD")
    try:
        url = checked_url(given if "://" in given else f"https://{given}")
    except OutboundError as error:
        raise NotAccepted(f"url: {error}.", code="INVALID_FIELD") from error
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def site_password(order: Order, what: str) -> str:
    """The site's password; `SignInRefused` where there is none. ``what`` says what it is there."""
    if not order.site.password:
        raise SignInRefused(f"password: give {what}.")
    return order.site.password


def require_same_account(journal: Journal, account: str) -> None:
    """Refuse where an earlier attempt may have made the link in another account."""
    if journal.noted.get("account") not in (None, account):
        raise NotAccepted(OTHER_ACCOUNT, code="OUTCOME_UNKNOWN")


@contextmanager
def sending(journal: Journal, account: str, **facts: Any) -> Iterator[None]:
    """Note ``account`` and ``facts`` before what is sent in the block.

    Where the site refuses what is sent, and nothing was sent before, the account is forgotten:
    nothing was made there.
    """
    is_first = journal.noted.get("account") is None
    journal.note(account=account, **facts)
    try:
        yield
    except (CredentialRefused, RequestRefused):
        if is_first:
            journal.note(account=None)
        raise
