"""The words of a link: texts of posts, profiles and titles, from the campaign's. Pure.

The texts that a campaign gives are templates: ``{name}`` is the campaign's name (the website's
host where there is none), ``{website}`` the address to link to; all other braces stay as they are.
Where a text lacks the address, it is added in a line of its own: there is no link without it.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from shared.links.order import Order
from shared.links.verification import shows
from shared.sites.graphemes import count_graphemes
from shared.sites.outcome import NotAccepted
from shared.sites.words import words

NAME_AND_LINK = "{name}\n{website}"
LINK_ALONE = "{website}"
PLACE = re.compile(r"\{(name|website)\}")


def post_text(order: Order, longest: int | None = None) -> str:
    """The text of a post, of at most ``longest`` characters as people count them.

    It is ``config.text``; without one, the campaign's name and the website.
    """
    given = configured(order, "text")
    text = _with_link(order, given or _default(order))
    if longest is not None:
        require_length(text, count_graphemes(text), longest, post_field(order))
    return text


def profile_text(order: Order) -> str:
    """The text of a profile, with the website in it.

    It is ``config.about``, else the site's ``about``; without both, the campaign's name and the
    website.
    """
    given = configured(order, "about") or order.site.about.strip()
    return _with_link(order, given or _default(order))


def post_field(order: Order) -> str:
    """The field that decides over the text of a post, for a message about it."""
    return "config.text" if configured(order, "text") else "name"


def profile_field(order: Order) -> str:
    """The field that decides over the text of a profile, for a message about it."""
    if configured(order, "about"):
        return "config.about"
    return "about" if order.site.about.strip() else "name"


def title(order: Order) -> str:
    """The title of an article, in one line: ``config.title``, else the campaign's name."""
    return " ".join(_filled(order, configured(order, "title") or "{name}").split())


def name(order: Order) -> str:
    """The campaign's name; where it has none, the website's host."""
    return order.campaign.strip() or urlsplit(website(order)).hostname or order.website


def website(order: Order) -> str:
    """The address to link to; `NotAccepted` where it is none that a browser opens."""
    given = order.website.strip()
    try:
        parts = urlsplit(given)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or given.split() != [given]:
        message = "website: give the address to link to, beginning with https:// or http://."
        raise NotAccepted(message, code="INVALID_FIELD")
    return given


def configured(order: Order, word: str) -> str:
    """The text that the campaign's ``config`` has under ``word``; "" where there is none."""
    given = order.config.get(word)
    if given is None:
        return ""
    if not isinstance(given, str):
        raise NotAccepted(f"config.{word}: give a text.", code="INVALID_FIELD")
    return given.strip()


def require_length(text: str, length: int, longest: int, field: str) -> None:
    """Raise `NotAccepted`, naming ``field``, where ``text`` is longer than the site takes."""
    if length > longest:
        message = f"{field}: the site takes {longest} characters, these are {length}."
        raise NotAccepted(message, code="INVALID_FIELD")


def require_link(text: str, order: Order, field: str) -> None:
    """Raise `NotAccepted`, naming ``field``, where ``text`` does not link to the website at a site
    that finds links in plain text by itself."""
    own = website(order)
    if not any(word.link.rstrip("/") == own.rstrip("/") for word in words(text)):
        message = f"{field}: {own} would not be a link in it; put {{website}} between blanks."
        raise NotAccepted(message, code="INVALID_FIELD")


def _default(order: Order) -> str:
    return NAME_AND_LINK if order.campaign.strip() else LINK_ALONE


def _with_link(order: Order, template: str) -> str:
    text = _filled(order, template)
    return text if shows(text, website(order)) else f"{text}\n{website(order)}"


def _filled(order: Order, template: str) -> str:
    values = {"name": name(order), "website": website(order)}
    return PLACE.sub(lambda place: values[place.group(1)], template)
