"""What IndexNow is told: of which page, to which endpoint, with which key. Sends nothing."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import NamedTuple

import httpx

from shared.accounts.keyring import Purpose, key_for
from shared.links.order import Order
from shared.links.target import public_address, target_around
from shared.links.target_file import LinkTarget
from shared.links.wording import configured
from shared.outbound import OutboundError
from shared.outbound.url import checked_url
from shared.settings import Settings
from shared.sites.indexnow import ENDPOINT, KEY
from shared.sites.outcome import NotAccepted

OWN_KEY_DIGITS = 32
KEY_SPELLING = "8 to 128 letters, digits and '-'"


class Group(NamedTuple):
    """What goes into one request: all pages of a host with one key, at one endpoint."""

    endpoint: str
    host: str
    key: str
    key_location: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """A page; ``key_target`` is the operator's target where the key file is ours to write."""

    url: str
    group: Group
    key_target: LinkTarget | None


def announcement(order: Order, settings: Settings) -> Announcement:
    """What ``order`` asks for; `NotAccepted` names what is missing or cannot be."""
    page = _address("url" if order.site.url else "website", order.site.url or order.website)
    target = target_around(str(page), settings)
    key = configured(order, "key") or order.site.username.strip()
    if not key and target is None:
        message = "config.key: give the key that the page's host shows to IndexNow"
        raise NotAccepted(f"{message}, {KEY_SPELLING}.", code="INVALID_FIELD")
    key = key or _own_key(settings, target)
    if not KEY.fullmatch(key):
        message = f"config.key: a key has {KEY_SPELLING}."
        raise NotAccepted(message, code="INVALID_FIELD")
    ours = public_address(target, f"{key}.txt") if target else ""
    location = _key_location(
        order, page, ours or str(page.copy_with(raw_path=f"/{key}.txt".encode()))
    )
    endpoint = _address("config.endpoint", configured(order, "endpoint") or ENDPOINT)
    group = Group(str(endpoint), page.netloc.decode("ascii"), key, location)
    return Announcement(str(page), group, target if location == ours else None)


def _key_location(order: Order, page: httpx.URL, usual: str) -> str:
    """Where the key is shown: it is good for the pages of its own folder and below.

    https://www.indexnow.org/documentation, "Option 2".
    """
    location = _address("config.key_location", configured(order, "key_location") or usual)
    folder = str(location).rpartition("/")[0] + "/"
    if not str(page).startswith(folder):
        message = f"config.key_location: a key file there is good for pages below {folder} only."
        raise NotAccepted(message, code="INVALID_FIELD")
    return str(location)


def _own_key(settings: Settings, target: LinkTarget | None) -> str:
    """The key for a target: the same for everybody who has this yard's secret."""
    told = target.public_url if target else ""
    mac = hmac.digest(key_for(settings, Purpose.INDEXNOW), told.encode(), "sha256")
    return mac.hex()[:OWN_KEY_DIGITS]


def _address(field: str, text: str) -> httpx.URL:
    try:
        return checked_url(text.strip())
    except OutboundError as error:
        raise NotAccepted(f"{field}: {error}.", code="INVALID_FIELD") from error
