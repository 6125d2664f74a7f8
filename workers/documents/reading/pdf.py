"""PDF: text, tables and facts by PDFium, page by page; pages that are pictures go to OCR."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pypdfium2 as pdfium
from pypdfium2 import raw

from workers.documents.reading import ocr
from workers.documents.reading.clean import clean
from workers.documents.reading.kind import KINDS
from workers.documents.reading.pdf_facts import check_whole, facts
from workers.documents.reading.reading import Facts, Page, Tell
from workers.documents.reading.refusal import Unreadable, damaged, locked
from workers.documents.reading.ruled import ruled_tables
from workers.documents.reading.scan import is_scan, picture_of

LABEL = KINDS["pdf"].label
METHOD = "pypdfium2"


def read_pdf(path: Path, tell: Tell) -> tuple[Sequence[Page], Facts, str]:
    """The pages, what the file says of itself, and what read it."""
    check_whole(path, LABEL)
    with _opened(path) as document:
        count = len(document)
        if not count:
            raise damaged(LABEL, "it has no pages")
        is_blind = not ocr.languages()
        pages, scans = [], 0
        for number in range(count):
            with _page(document, number, count) as page:
                read = _read(page)
                if not read.text and is_scan(page):
                    scans += 1
                    read = read if is_blind else Page(ocr.text_in(picture_of(page)))
                pages.append(read)
            tell(number + 1, count)
        if scans and is_blind and not any(page.text for page in pages):
            raise ocr.missing(LABEL)
        method = f"{METHOD}+{ocr.METHOD}" if scans and not is_blind else METHOD
        return pages, facts(document), method


@contextmanager
def _opened(path: Path) -> Iterator[pdfium.PdfDocument]:
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise locked(LABEL) from error
        raise damaged(LABEL) from error
    with closing(document):
        yield document


@contextmanager
def _page(document: pdfium.PdfDocument, number: int, count: int) -> Iterator[pdfium.PdfPage]:
    try:
        page = document[number]
    except pdfium.PdfiumError as error:
        raise damaged(LABEL, f"page {number + 1} of {count} cannot be found") from error
    with closing(page):
        yield page


def _read(page: pdfium.PdfPage) -> Page:
    try:
        with closing(page.get_textpage()) as text:
            return Page(clean(text.get_text_range()), ruled_tables(page, text))
    except pdfium.PdfiumError as error:
        raise Unreadable(f"A page of the file cannot be read: {error}") from error
