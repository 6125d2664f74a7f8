"""An article as HTML, from what a campaign gives. Pure.

``config.content`` is HTML or plain text; without it, ``config.text``, and without both the
campaign's name with a link to the website. Templates as in `wording`. An article without a link
to the website gets one at its end.
"""

from __future__ import annotations

import re
from hashlib import sha256
from html import escape

from shared.links.html_text import clean, paragraphs
from shared.links.order import Order
from shared.links.verification import shows
from shared.links.wording import PLACE, configured, name, website
from shared.sites.html_links import html_links
from shared.sites.outcome import NotAccepted

ELEMENT = re.compile(r"<(?:[a-zA-Z][\w-]*)(?:\s[^<>]*)?/?>|<!--")


def article(order: Order) -> str:
    """The article's body, with a link to the website in it."""
    given = clean(configured(order, "content") or configured(order, "text"))
    values = {"name": name(order), "website": website(order)}
    if ELEMENT.search(given):
        html = PLACE.sub(lambda place: escape(values[place.group(1)]), given)
    else:
        html = str(paragraphs(PLACE.sub(lambda place: values[place.group(1)], given)))
    if not any(shows(link.href, website(order)) for link in html_links(html)):
        html = f"{html}\n<p>{_link(website(order), name(order))}</p>".strip()
    return html


def labels(order: Order, word: str) -> list[str]:
    """The distinct names under ``word`` of the campaign's ``config``: a list, or a text with
    commas between them."""
    given = order.config.get(word) or []
    parts = given.split(",") if isinstance(given, str) else given
    if not isinstance(parts, list) or not all(isinstance(each, str) for each in parts):
        message = f"config.{word}: give a list of texts, or one text with commas."
        raise NotAccepted(message, code="INVALID_FIELD")
    return list(dict.fromkeys(each.strip() for each in parts if each.strip()))


def slug(order: Order) -> str:
    """The last word of the article's address: the same in every attempt, and no other task's."""
    return f"p-{sha256(order.key.encode()).hexdigest()[:20]}"


def _link(to: str, text: str) -> str:
    return f'<a href="{escape(to)}">{escape(text, quote=False)}</a>'
