"""Links and hashtags in a text; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

LONGEST_TAG = 64
"""Characters of a hashtag without its sign; longer ones are no hashtags in Bluesky."""
LINK = regex.compile(r"(?<![\w@/])https?://[^\s<>\"]+", regex.IGNORECASE)
TAG = regex.compile(r"(?<![\w&/#])[#\uff03]((?:[\w\u00b7\u30fb\u200c]|\p{M})+)")
AFTER_LINK = ".,;:!?'\"\u2026\u201d\u2019"
"""Marks that end a sentence, not a link."""


@dataclass(frozen=True, slots=True)
class Word:
    """A part of a text, from ``start`` up to ``end`` in characters: a link, or a hashtag."""

    start: int
    end: int
    link: str = ""
    tag: str = ""


def words(text: str) -> list[Word]:
    """The links and the hashtags outside of links, in the order of the text."""
    links = list(_links(text))
    tags = [tag for tag in _tags(text) if not any(_overlap(tag, link) for link in links)]
    return sorted([*links, *tags], key=lambda word: word.start)


def without_words(text: str) -> str:
    """``text`` without links and hashtags, on one line: what it says in plain words."""
    kept, end = [], 0
    for word in words(text):
        kept.append(text[end : word.start])
        end = word.end
    return " ".join("".join([*kept, text[end:]]).split())


def _links(text: str) -> Iterator[Word]:
    for match in LINK.finditer(text):
        link = _trimmed(match.group())
        if len(link) > len("https://"):
            yield Word(match.start(), match.start() + len(link), link=link)


def _trimmed(link: str) -> str:
    """``link`` without the sentence around it; brackets that it opens belong to it."""
    while True:
        shorter = link.rstrip(AFTER_LINK)
        for opening, closing in ("()", "[]", "{}"):
            if shorter.endswith(closing) and shorter.count(closing) > shorter.count(opening):
                shorter = shorter[:-1]
        if shorter == link:
            return link
        link = shorter


def _tags(text: str) -> Iterator[Word]:
    for match in TAG.finditer(text):
        tag = match.group(1)
        if len(tag) <= LONGEST_TAG and not tag.replace("_", "").isdecimal():
            yield Word(match.start(), match.end(), tag=tag)


def _overlap(one: Word, other: Word) -> bool:
    return one.start < other.end and other.start < one.end
