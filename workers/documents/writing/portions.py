"""Texts cut into portions that fit into what a model reads at once. Pure.

What fits is counted in bytes of UTF-8: four of English, two or three of Arabic or Chinese make
about one token.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workers.documents.writing.page import Page

LONGEST_TITLE = 100


def portions(texts: Iterable[str], most_bytes: int) -> list[str]:
    """``texts`` put together, in order, in as few portions as hold them."""
    full: list[str] = []
    held: list[str] = []
    size = 0
    for text in texts:
        for part in _cut(text, most_bytes):
            length = len(part.encode()) + 2
            if held and size + length > most_bytes:
                full.append("\n\n".join(held))
                held, size = [], 0
            held.append(part)
            size += length
    return [*full, "\n\n".join(held)] if held else full


def headed(pages: Iterable[Page]) -> Iterator[str]:
    """The text of each page below a line that says where it is from."""
    for page in pages:
        title = page.title[:LONGEST_TITLE]
        place = title if page.number is None else f"{title}, page {page.number}"
        yield f"[{place}]\n{page.text.strip()}"


def _cut(text: str, most_bytes: int) -> Iterator[str]:
    """``text`` in parts that fit, each as long as can be, cut at a space where there is one."""
    while len(raw := text.encode()) > most_bytes:
        part = raw[:most_bytes].decode(errors="ignore")
        at = max(part.rfind(" ", len(part) // 2), part.rfind("\n", len(part) // 2))
        part = part[:at] if at > 0 else part
        yield part
        text = text[len(part) :].lstrip()
    if text:
        yield text
