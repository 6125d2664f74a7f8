"""The account at a site."""

from __future__ import annotations

import pytest

from shared.links.account import require_same_account, sending, site_origin
from shared.links.choice import KINDS, open_connector
from shared.links.order import Order
from shared.links.service import Service
from shared.settings import Settings
from shared.sites.error import CredentialRefused, RequestRefused, SiteError, SiteUnavailable
from shared.sites.outcome import NotAccepted
from tests.sites.link_task import LinkTask, link_task


@pytest.fixture
def task(settings: Settings) -> LinkTask:
    """A task that has not been tried yet."""
    return link_task(settings, Service.SOCIAL, "mastodon")


def at(task: LinkTask, url: str) -> Order:
    """Its order, with the site at ``url``."""
    task.change(url=url)
    return task.order


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://example.social", "https://example.social"),
        ("https://example.social/@ann?x=y#z", "https://example.social"),
        (" example.social ", "https://example.social"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("", "https://default.example"),
    ],
)
def test_a_sites_address_is_its_server(task: LinkTask, url: str, origin: str) -> None:
    assert site_origin(at(task, url), "https://default.example") == origin


@pytest.mark.parametrize("url", ["", "ftp://example.social", "https://ann:x@example.social", "::"])
def test_a_site_without_a_server_is_refused(task: LinkTask, url: str) -> None:
    with pytest.raises(NotAccepted, match=r"^url: ") as caught:
        site_origin(at(task, url))
    assert caught.value.code == "INVALID_FIELD"


@pytest.mark.parametrize(
    ("noted", "error", "may_move"),
    [
        ({}, RequestRefused("no", 422), True),
        ({}, CredentialRefused("no", 401), True),
        ({}, SiteUnavailable("no", 503), False),
        ({"account": "a"}, RequestRefused("no", 422), False),
    ],
    ids=["refused", "signed out", "unknown", "unknown before"],
)
def test_only_what_was_surely_not_made_may_move_to_another_account(
    task: LinkTask, noted: dict[str, str], error: SiteError, may_move: bool
) -> None:
    task.noted = dict(noted)
    with pytest.raises(SiteError), sending(task, "a", after="7"):
        raise error
    assert task.noted["after"] == "7"
    require_same_account(task, "a")
    if may_move:
        require_same_account(task, "b")
    else:
        with pytest.raises(NotAccepted) as caught:
            require_same_account(task, "b")
        assert caught.value.code == "OUTCOME_UNKNOWN"


@pytest.mark.parametrize("kind", ["mastodon", "bluesky"])
def test_a_kind_has_a_connector_for_its_services(task: LinkTask, kind: str) -> None:
    task.change(kind=kind)
    connector = open_connector(task.order, task.settings)
    assert (connector.kind, connector.services) == (kind, KINDS[kind])
