"""A set of pages that link to each other and to a website. Pure.

===========  ======================================================================================
`chain`      each page links to the website, to the page before it, and to the one after it
`tier`       the first page links to the website and to all others; the others link to the first
===========  ======================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shared.links.html_text import clean, paragraphs

if TYPE_CHECKING:
    from markupsafe import Markup

LAYOUTS = ("chain", "tier")
MOST_PAGES = 50
TEMPLATE = Path(__file__).with_name("page.html")


@dataclass(frozen=True, slots=True)
class Text:
    """What a page says: one line, and a plain text in which blank lines separate paragraphs."""

    title: str
    content: str


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link of a page."""

    url: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page; ``name`` is its file's, ``url`` where it is seen."""

    name: str
    url: str
    title: str
    content: Markup
    links: tuple[PageLink, ...]


def page_name(number: int) -> str:
    """The file of the page with that number, from 0 on: the same at every attempt."""
    return "index.html" if number == 0 else f"page-{number + 1}.html"


def page_set(
    texts: Sequence[Text], website: PageLink, layout: str, address: Callable[[str], str]
) -> list[Page]:
    """The pages of ``texts``, the first at first; ``address`` tells where a file is seen."""
    urls = [address(page_name(number)) for number in range(len(texts))]
    to = [PageLink(url, clean(text.title)) for url, text in zip(urls, texts, strict=True)]
    return [
        Page(
            name=page_name(number),
            url=urls[number],
            title=clean(text.title),
            content=paragraphs(text.content),
            links=_links(number, to, website, layout),
        )
        for number, text in enumerate(texts)
    ]


def html(page: Page, language: str = "en") -> bytes:
    """The page, with everything that it says escaped."""
    from jinja2 import Environment

    template = Environment(autoescape=True).from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(page=page, language=language).encode()


def _links(
    number: int, to: Sequence[PageLink], website: PageLink, layout: str
) -> tuple[PageLink, ...]:
    if layout == "tier":
        return (website, *to[1:]) if number == 0 else (to[0],)
    return (website, *to[max(number - 1, 0) : number], *to[number + 1 : number + 2])
