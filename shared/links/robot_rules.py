"""What a page tells robots about itself, in its header or in its head. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from html.parser import HTMLParser

FORBIDDING = ("noindex", "none")
VALUED = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")
"""Rules with a value of their own behind a colon; before other colons stands an engine's name."""


def forbidden_by_header(values: Iterable[str]) -> str:
    """The rule of an ``X-Robots-Tag`` by which nobody may index the page; "" where none is."""
    general = (value for value in values if not _is_for_one_engine(value))
    return _forbidding(rule for value in general for rule in value.split(","))


def forbidden_by_page(html: str) -> str:
    """The rule of a ``<meta name="robots">`` by which nobody may index the page; or ""."""
    reader = _Reader()
    reader.feed(html)
    return _forbidding(reader.rules)


def _is_for_one_engine(value: str) -> bool:
    name, colon, _ = value.partition(":")
    return bool(colon) and "," not in name and name.strip().lower() not in VALUED


def _forbidding(rules: Iterable[str]) -> str:
    said = {rule.strip().lower() for rule in rules}
    return next((word for word in FORBIDDING if word in said), "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rules: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the rules for all robots."""
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" and given.get("name", "").strip().lower() == "robots":
            self.rules += given.get("content", "").split(",")
