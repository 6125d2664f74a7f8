"""Papers as office files."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from taskyard.bench.papers.paper import WRITTEN_AT, Paper


def docx(paper: Paper) -> bytes:
    """Word: pages end where the writer broke them."""
    from docx import Document
    from docx.enum.text import WD_BREAK

    document = Document()
    _describe(document.core_properties, paper)
    for number, page in enumerate(paper.pages):
        if number:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        for line in page.splitlines():
            document.add_paragraph(line)
        if not number:
            table = document.add_table(rows=0, cols=len(paper.table[0]))
            for row in paper.table:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
    return _saved(document)


def pptx(paper: Paper) -> bytes:
    """PowerPoint: a slide for each page."""
    from pptx import Presentation
    from pptx.util import Inches

    show = Presentation()
    _describe(show.core_properties, paper)
    for number, page in enumerate(paper.pages):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = f"{paper.title} {number + 1}"
        slide.placeholders[1].text = page
        if not number:
            size = (len(paper.table), len(paper.table[0]))
            shape = slide.shapes.add_table(*size, Inches(1), Inches(5), Inches(6), Inches(1))
            for r, row in enumerate(paper.table):
                for c, text in enumerate(row):
                    shape.table.cell(r, c).text = text
    return _saved(show)


def xlsx(paper: Paper) -> bytes:
    """Excel: a sheet for each page, the table on the first."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    book.properties.title, book.properties.creator = paper.title, paper.author
    book.properties.created = book.properties.modified = WRITTEN_AT.replace(tzinfo=None)
    for number, page in enumerate(paper.pages):
        sheet = book.create_sheet(f"Sheet {number + 1}")
        for row in paper.table if not number else ():
            sheet.append(list(row))
        for line in page.splitlines():
            sheet.append([line])
    return _saved(book)


def odt(paper: Paper) -> bytes:
    """LibreOffice Writer."""
    from odf import dc, meta, table, text
    from odf.opendocument import OpenDocumentText

    document = OpenDocumentText()
    moment = WRITTEN_AT.replace(tzinfo=None).isoformat()
    document.meta.addElement(dc.Title(text=paper.title))
    document.meta.addElement(meta.InitialCreator(text=paper.author))
    document.meta.addElement(meta.CreationDate(text=moment))
    for line in paper.lines:
        document.text.addElement(text.P(text=line))
    grid = table.Table(name="Amounts")
    grid.addElement(table.TableColumn(numbercolumnsrepeated=str(len(paper.table[0]))))
    for row in paper.table:
        line = table.TableRow()
        for content in row:
            cell = table.TableCell()
            cell.addElement(text.P(text=content))
            line.addElement(cell)
        grid.addElement(line)
    document.text.addElement(grid)
    return _saved(document)


def _describe(properties: Any, paper: Paper) -> None:
    properties.title, properties.author = paper.title, paper.author
    properties.created = properties.modified = WRITTEN_AT.replace(tzinfo=None)


def _saved(document: Any) -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()
