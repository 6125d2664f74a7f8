"""A plain text as HTML: its paragraphs, with its links to be followed. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.sites.words import words

if TYPE_CHECKING:
    from markupsafe import Markup

NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What neither HTML nor XML may hold: https://www.w3.org/TR/xml/#charsets."""
GAP = re.compile(r"\n\s*\n")


def clean(text: str) -> str:
    """``text`` without the characters that no document may hold."""
    return NO_TEXT.sub("", text)


def paragraphs(text: str) -> Markup:
    """``text`` as HTML, whatever is in it escaped; a blank line begins a new paragraph."""
    from markupsafe import Markup

    parts = (part.strip() for part in GAP.split(clean(text)))
    return Markup("\n").join(_paragraph(part) for part in parts if part)


def _paragraph(text: str) -> Markup:
    from markupsafe import Markup, escape

    made, end = Markup(), 0
    for word in words(text):
        if word.link:
            made += escape(text[end : word.start])
            made += Markup('<a href="{0}">{0}</a>').format(word.link)
            end = word.end
    made += escape(text[end:])
    return Markup("<p>{}</p>").format(made.replace("\n", Markup("<br>\n")))
