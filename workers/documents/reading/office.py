"""Office files, books, e-mails and pages of the web, as kreuzberg reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import unescape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workers.documents.reading.clean import clean, one_line
from workers.documents.reading.kind import Kind
from workers.documents.reading.moment import told_moment
from workers.documents.reading.native import MARK, extracted
from workers.documents.reading.reading import Facts, Page, Table

if TYPE_CHECKING:
    from kreuzberg import ExtractionResult

Pages = Sequence[Page]


def office(source: Path | bytes, kind: Kind) -> tuple[Pages, Facts]:
    """The pages of a file, and what it says of itself."""
    result = extracted(source, kind)
    return PAGES.get(kind.name, _whole)(result), _facts(result.metadata)


def _whole(result: ExtractionResult) -> Pages:
    """What has no pages."""
    tables = _unlike(_cells(table) for table in result.tables)
    return [Page(clean(result.content.replace(MARK, "")), tables)]


def _word_pages(result: ExtractionResult) -> Pages:
    """Word knows where a page was broken by hand, and where it broke one when it last saved."""
    pages = [
        Page(clean(page["content"]), [_cells(table) for table in page["tables"]])
        for page in result.pages or ()
    ]
    return pages or _whole(result)


def _slides(result: ExtractionResult) -> Pages:
    """Slides; their tables are lines of cells with tabs between."""
    texts = [clean(text) for text in result.content.split(MARK)[1:]]
    return [Page(text, tabbed_tables(text)) for text in texts] or _whole(result)


def tabbed_tables(text: str) -> list[Table]:
    """Where two lines or more have as many tabs, at least one; empty lines between don't count."""
    lines = [line.split("\t") for line in text.splitlines() if line.strip()]
    runs = [list(run) for width, run in groupby(lines, key=len) if width > 1]
    return [run for run in runs if len(run) > 1]


def _sheets(result: ExtractionResult) -> Pages:
    """A page for each sheet: its name, and its rows with tabs between the cells."""
    names: Sequence[str] = result.metadata.get("sheet_names") or ()
    tables = {table.page_number: _cells(table) for table in result.tables}
    return [_sheet(name, tables.get(n)) for n, name in enumerate(names, 1)] or _whole(result)


def _sheet(name: str, table: Table | None) -> Page:
    rows = table or ()
    text = "\n".join([name, "", *("\t".join(row).rstrip() for row in rows)])
    return Page(clean(text), [rows] if rows else ())


def _parts(result: ExtractionResult) -> Pages:
    """RTF, in which the breaks of pages were marked before it was read."""
    pages = [Page(clean(text)) for text in result.content.split(MARK)]
    tables = [_cells(table) for table in result.tables]
    return [Page(pages[0].text, tables), *pages[1:]]


PAGES: Mapping[str, Callable[[ExtractionResult], Pages]] = {
    "docx": _word_pages,
    "pptx": _slides,
    "xlsx": _sheets,
    "ods": _sheets,
    "rtf": _parts,
}


def _cells(table: Any) -> Table:
    return [[clean(cell) for cell in row] for row in table.cells]


def _unlike(tables: Any) -> list[Table]:
    """Each table once: the library finds some twice."""
    found: list[Table] = []
    for table in tables:
        if table not in found:
            found.append(table)
    return found


def _facts(metadata: Mapping[str, Any]) -> Facts:
    authors = metadata.get("authors") or [
        metadata.get("initial_creator") or metadata.get("from_email")
    ]
    return Facts(
        title=one_line(unescape(str(metadata.get("title") or metadata.get("subject") or ""))),
        author=one_line(", ".join(str(author) for author in authors if author)),
        created_at=told_moment(metadata.get("created_at")),
        modified_at=told_moment(metadata.get("modified_at")),
        language=one_line(metadata.get("language"), 20),
    )
