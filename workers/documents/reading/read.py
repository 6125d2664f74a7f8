"""One file is read: what it is decides how, whatever it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from workers.documents.reading import ocr
from workers.documents.reading.encoding import decoded
from workers.documents.reading.identity import identify
from workers.documents.reading.kind import IMAGES, Kind
from workers.documents.reading.language import language_of
from workers.documents.reading.office import office
from workers.documents.reading.plain import csv_page, text_pages
from workers.documents.reading.reading import Facts, Page, Reading, Tell
from workers.documents.reading.rich_text import marked

Read = tuple[Sequence[Page], Facts, str]
"""Pages, facts, and the name of what read them."""
OWN = "taskyard"
KREUZBERG = "kreuzberg"


def read(path: Path, name: str, mime_type: str, tell: Tell) -> Reading:
    """What stands in the file at ``path``, which its owner calls ``name``.

    `Unreadable` says what is wrong with it: empty, locked, damaged, too large inside, nothing
    that is read here.
    """
    kind = identify(path, name, mime_type)
    pages, facts, method = _READERS.get(kind.name, _by_kreuzberg)(path, kind, tell)
    stated = (facts.language or "").partition("-")[0].lower() or None
    return Reading(
        pages=pages,
        facts=facts,
        language=language_of([page.text for page in pages]) or stated,
        format=kind.name,
        mime_type=kind.mime_type,
        method=method,
    )


def _by_kreuzberg(path: Path, kind: Kind, _tell: Tell) -> Read:
    return *office(path, kind), KREUZBERG


def _pdf(path: Path, _kind: Kind, tell: Tell) -> Read:
    from workers.documents.reading.pdf import read_pdf

    return read_pdf(path, tell)


def _picture(path: Path, kind: Kind, tell: Tell) -> Read:
    from workers.documents.reading.picture import read_picture

    return read_picture(path, kind, tell), Facts(), ocr.METHOD


def _rich_text(path: Path, kind: Kind, _tell: Tell) -> Read:
    return *office(marked(path), kind), KREUZBERG


def _marked_up(path: Path, kind: Kind, _tell: Tell) -> Read:
    """Kreuzberg takes UTF-8 alone."""
    return *office(decoded(path.read_bytes()).encode(), kind), KREUZBERG


def _plain(path: Path, _kind: Kind, _tell: Tell) -> Read:
    return text_pages(decoded(path.read_bytes())), Facts(), OWN


def _csv(path: Path, _kind: Kind, _tell: Tell) -> Read:
    return [csv_page(decoded(path.read_bytes()))], Facts(), OWN


_READERS: Mapping[str, Callable[[Path, Kind, Tell], Read]] = {
    "pdf": _pdf,
    "rtf": _rich_text,
    "html": _marked_up,
    "xml": _marked_up,
    "md": _marked_up,
    "txt": _plain,
    "csv": _csv,
    **dict.fromkeys(IMAGES, _picture),
}
