"""Sets of pages that link to each other and to the website, at a target of the operator's."""

from __future__ import annotations

from shared.links import page_config
from shared.links.connector import Journal
from shared.links.order import Link, Order
from shared.links.page_set import Page, PageLink, html, page_set
from shared.links.service import Service
from shared.links.target import opened, public_address, target_of
from shared.links.target_file import LinkTarget
from shared.links.task_key import checked_key
from shared.links.verification import seen_page
from shared.links.wording import name, website
from shared.settings import Settings

MEDIA_TYPE = "text/html; charset=utf-8"


class PagesConnector:
    """Writes pages into a folder of the order's own, at the target that the site's ``url`` names.

    It reads of ``config``: ``pages`` (how many, 3; or a list of {title, content}, at most 50),
    ``layout`` (`chain` or `tier`, see `page_set`), ``language`` ("en"), and where ``pages`` is a
    number ``title`` and ``text`` (templates), which all of them have.
    """

    kind = "pages"
    services = frozenset({Service.STACKING})

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def check(self, order: Order) -> None:
        """Look for the target, and at all of ``config``; sends nothing."""
        self._pages(order, target_of(order.site.url, self._settings))

    def publish(self, order: Order, journal: Journal) -> Link:
        """Write the pages, the first one last, and see each of them.

        Done again it writes the same files.
        """
        target = target_of(order.site.url, self._settings)
        pages, language = self._pages(order, target), page_config.language(order)
        journal.note(first_page=pages[0].url)
        with opened(target, self._settings) as folder:
            for page in reversed(pages):
                folder.write(f"{order.key}/{page.name}", html(page, language), MEDIA_TYPE)
        for page in pages:
            seen_page(self._settings, page.url, *(link.url for link in page.links))
        count = "1 page was" if len(pages) == 1 else f"{len(pages)} pages were"
        return Link(post=pages[0].url, note=f"{count} written and seen.")

    def _pages(self, order: Order, target: LinkTarget) -> list[Page]:
        key, layout = checked_key(order), page_config.layout(order)
        page_config.language(order)
        to = PageLink(website(order), name(order))

        def address(file: str) -> str:
            return public_address(target, f"{key}/{file}")

        return page_set(page_config.texts(order), to, layout, address)


def open_connector(settings: Settings) -> PagesConnector:
    """One for a task."""
    return PagesConnector(settings)
