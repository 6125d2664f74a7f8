"""Plain text and tables written as text."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from itertools import islice

from workers.documents.reading.clean import clean
from workers.documents.reading.reading import Page, Table
from workers.documents.reading.refusal import Unreadable

MOST_ROWS = 10_000
"""Of a table that is kept as a table; all of it is kept as text."""
_DELIMITERS = ",;\t|"
_SAMPLE = 16 * 1024


def text_pages(text: str) -> Sequence[Page]:
    """``text`` in pages, where form feeds part them."""
    return [Page(clean(page)) for page in text.removesuffix("\f").split("\f")]


def csv_page(text: str) -> Page:
    """Text as it stands, and the table in it."""
    return Page(clean(text), [_table(text)])


def _table(text: str) -> Table:
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:_SAMPLE], _DELIMITERS)
    except csv.Error:
        dialect = csv.excel
    try:
        rows = csv.reader(StringIO(text, newline=""), dialect)
        return [[clean(cell) for cell in row] for row in islice(rows, MOST_ROWS) if row]
    except csv.Error as error:
        raise Unreadable(f"The file is no CSV table: {error}.") from error
