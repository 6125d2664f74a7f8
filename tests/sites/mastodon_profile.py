"""A Mastodon account's profile, and how Mastodon shows a text.

https://docs.joinmastodon.org/entities/Account/, https://docs.joinmastodon.org/entities/Field/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

URL = re.compile(r"https?://\S+")
MOST_ROWS = 4
CHANGED = {"note"} | {
    f"fields_attributes[{place}][{part}]" for place in range(10) for part in ("name", "value")
}
"""The fields of a form that changes a profile."""
ACCOUNT = {
    "id": "7",
    "username": "ann",
    "acct": "ann",
    "url": "https://example.social/@ann",
}


@dataclass
class Profile:
    """Its text, and its rows of names and values."""

    note: str = "Hello"
    rows: list[tuple[str, str]] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """An Account, as everybody gets it."""
        rows = [{"name": name, "value": html(value)[3:-4]} for name, value in self.rows]
        return {**ACCOUNT, "note": html(self.note), "fields": rows}

    def own(self) -> dict[str, Any]:
        """A CredentialAccount."""
        rows = [{"name": name, "value": value} for name, value in self.rows]
        return {**self.shown(), "source": {"note": self.note, "fields": rows}}

    def change(self, form: Mapping[str, list[str]]) -> str:
        """Take what is in the form; the reason where it is not taken."""
        note = form.get("note", [self.note])[0]
        parts = {name: values[0] for name, values in form.items() if name != "note"}
        rows = [
            (
                parts[f"fields_attributes[{place}][name]"],
                parts[f"fields_attributes[{place}][value]"],
            )
            for place in range(len(parts) // 2)
        ]
        if len(URL.sub("x" * 23, note)) > 500:
            return "Note is too long (maximum is 500 characters)"
        if len(rows) > MOST_ROWS or any(len(part) > 255 for row in rows for part in row):
            return "Fields is too long"
        self.note = note
        if parts:
            self.rows = rows
        return ""


def html(text: str) -> str:
    """``text`` as Mastodon shows it: links with their beginning and their end hidden."""
    parts, end = [], 0
    for found in URL.finditer(text):
        parts += [escape(text[end : found.start()]), _anchor(found.group())]
        end = found.end()
    whole = "".join([*parts, escape(text[end:])])
    return "<p>" + whole.replace("\n\n", "</p><p>").replace("\n", "<br />") + "</p>"


def _anchor(url: str) -> str:
    scheme, _, rest = url.partition("://")
    spans = (("invisible", f"{scheme}://"), ("ellipsis", rest[:30]), ("invisible", rest[30:]))
    shown = "".join(f'<span class="{name}">{escape(part)}</span>' for name, part in spans)
    return f'<a href="{escape(url)}" rel="nofollow noopener" target="_blank">{shown}</a>'
