"""Tables in a PDF, where lines are drawn around their cells."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import byref, c_float

import pypdfium2 as pdfium
from pypdfium2 import raw

from workers.documents.reading.clean import clean
from workers.documents.reading.grid import NEAR, Grid, Line, grids
from workers.documents.reading.reading import Table

MOST_OBJECTS = 4000
"""On a page with more, drawings are likelier than tables, and looking at all takes long."""
MOST_SEGMENTS = 1000
MOST_CELLS = 2000
_FEWEST = 2
_STRAIGHT = 0.5
Point = tuple[float, float]


def ruled_tables(page: pdfium.PdfPage, text: pdfium.PdfTextPage) -> list[Table]:
    """The tables of the page, from top to bottom, with the text of each cell."""
    if not 0 < raw.FPDFPage_CountObjects(page) <= MOST_OBJECTS:
        return []
    found = grids(_lines(page))
    tables = [_table(grid, text) for grid in found if grid.cell_count <= MOST_CELLS]
    return [table for table in tables if _is_filled(table)]


def _lines(page: pdfium.PdfPage) -> Iterator[Line]:
    for number in range(raw.FPDFPage_CountObjects(page)):
        drawn = raw.FPDFPage_GetObject(page, number)
        if raw.FPDFPageObj_GetType(drawn) == raw.FPDF_PAGEOBJ_PATH:
            yield from _straight(drawn)


def _straight(path: raw.FPDF_PAGEOBJECT) -> Iterator[Line]:
    """The level and the upright lines of a path."""
    matrix = raw.FS_MATRIX()
    count = raw.FPDFPath_CountSegments(path)
    if not 0 < count <= MOST_SEGMENTS or not raw.FPDFPageObj_GetMatrix(path, matrix):
        return
    begun = at = (0.0, 0.0)
    for number in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, number)
        kind, to = raw.FPDFPathSegment_GetType(segment), _point(segment, matrix)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            begun = to
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield from _line(at, to)
        at = to
        if raw.FPDFPathSegment_GetClose(segment):
            yield from _line(at, begun)
            at = begun


def _point(segment: raw.FPDF_PATHSEGMENT, m: raw.FS_MATRIX) -> Point:
    x, y = c_float(), c_float()
    raw.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
    a, b = x.value, y.value
    return (m.a * a + m.c * b + m.e, m.b * a + m.d * b + m.f)


def _line(one: Point, other: Point) -> Iterator[Line]:
    (x1, y1), (x2, y2) = one, other
    if abs(y1 - y2) <= _STRAIGHT and abs(x1 - x2) > NEAR:
        yield Line(True, y1, min(x1, x2), max(x1, x2))
    elif abs(x1 - x2) <= _STRAIGHT and abs(y1 - y2) > NEAR:
        yield Line(False, x1, min(y1, y2), max(y1, y2))


def _table(grid: Grid, text: pdfium.PdfTextPage) -> Table:
    return [
        [
            clean(text.get_text_bounded(left, bottom, right, top)).strip()
            for left, right in grid.columns
        ]
        for bottom, top in grid.rows
    ]


def _is_filled(table: Table) -> bool:
    """Whether there is text in two rows and two columns: else it is a frame or a chart."""
    rows = sum(any(row) for row in table)
    columns = sum(any(column) for column in zip(*table, strict=True))
    return min(rows, columns) >= _FEWEST
