"""Links in a page of HTML; pure."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin


@dataclass(frozen=True, slots=True)
class HtmlLink:
    """A link as a page has it: the words of its ``rel``, and where it leads to."""

    rels: frozenset[str]
    href: str


def html_links(html: str, base: str = "") -> list[HtmlLink]:
    """The links of the elements ``a`` and ``link``, in their order.

    They are resolved against ``base``, or what the page itself says is its base.
    """
    reader = _Reader(base)
    reader.feed(html)
    reader.close()
    return reader.links


def related(html: str, rel: str, base: str) -> str:
    """Where the first link with the relation ``rel`` leads to; "" where there is none."""
    return next((link.href for link in html_links(html, base) if rel in link.rels), "")


class _Reader(HTMLParser):
    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self._base = base
        self.links: list[HtmlLink] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what links."""
        given = {name: value or "" for name, value in attrs}
        if "href" not in given:
            return
        to = self._resolved(given["href"])
        if tag == "base":
            self._base = to
        elif tag in ("a", "link"):
            self.links.append(HtmlLink(frozenset(given.get("rel", "").split()), to))

    def _resolved(self, href: str) -> str:
        try:
            return urljoin(self._base, href.strip())
        except ValueError:  # nothing that can be asked for
            return href
