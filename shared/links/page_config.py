"""What a campaign's ``config`` says of a set of pages, checked. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from shared.links.order import Order
from shared.links.page_set import LAYOUTS, MOST_PAGES, Text
from shared.links.wording import configured, post_text, require_length, title
from shared.sites.outcome import NotAccepted

USUAL_PAGES = 3
LONGEST_TITLE = 255
LONGEST_CONTENT = 100_000
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def texts(order: Order) -> list[Text]:
    """What each page says: ``config.pages``, a number of pages or a list of them."""
    given = order.config.get("pages")
    if given is None:
        given = USUAL_PAGES
    if isinstance(given, bool) or not isinstance(given, int | list):
        raise _refused("pages", "give how many pages, or a list of {title, content}")
    count = given if isinstance(given, int) else len(given)
    if not 1 <= count <= MOST_PAGES:
        raise _refused("pages", f"1 to {MOST_PAGES} pages can be made, not {count}")
    if isinstance(given, int):
        return [_numbered(order, number) for number in range(count)]
    return [_listed(number, page) for number, page in enumerate(given)]


def layout(order: Order) -> str:
    """How the pages link to each other: ``config.layout``, else ``chain``."""
    given = configured(order, "layout") or LAYOUTS[0]
    if given not in LAYOUTS:
        raise _refused("layout", f"one of {', '.join(LAYOUTS)}")
    return given


def language(order: Order) -> str:
    """The pages' language: ``config.language``, else English."""
    given = configured(order, "language") or "en"
    if not LANGUAGE.fullmatch(given):
        raise _refused("language", "a language tag such as en or pt-BR")
    return given


def _numbered(order: Order, number: int) -> Text:
    heading = title(order) if number == 0 else f"{title(order)} ({number + 1})"
    return _checked(Text(heading, post_text(order)), "title", "text")


def _listed(number: int, page: Any) -> Text:
    where = f"pages[{number}]"
    if not isinstance(page, Mapping):
        raise _refused(where, "give {title, content}")
    words = [page.get("title"), page.get("content", "")]
    if not all(isinstance(word, str) for word in words) or not words[0].strip():
        raise _refused(where, "title must be a text that is not empty, and content a text")
    heading = " ".join(words[0].split())
    return _checked(Text(heading, words[1]), f"{where}.title", f"{where}.content")


def _checked(text: Text, title_word: str, content_word: str) -> Text:
    require_length(text.title, len(text.title), LONGEST_TITLE, f"config.{title_word}")
    require_length(text.content, len(text.content), LONGEST_CONTENT, f"config.{content_word}")
    return text


def _refused(word: str, what: str) -> NotAccepted:
    return NotAccepted(f"config.{word}: {what}.", code="INVALID_FIELD")
