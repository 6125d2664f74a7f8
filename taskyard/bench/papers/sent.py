"""Papers as an e-mail and as an electronic book."""

from __future__ import annotations

import zipfile
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from io import BytesIO

from taskyard.bench.papers.paper import WRITTEN_AT, Paper

_CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""


def eml(paper: Paper) -> bytes:
    """A letter from its author."""
    letter = EmailMessage()
    letter["Subject"] = paper.title
    letter["From"] = f"{paper.author} <ada@example.org>"
    letter["To"] = "Grace <grace@example.org>"
    letter["Date"] = format_datetime(WRITTEN_AT)
    letter.set_content("\n".join(paper.lines))
    return letter.as_bytes()


def epub(paper: Paper) -> bytes:
    """A chapter for each page."""
    names = [f"chapter{number}.xhtml" for number, _ in enumerate(paper.pages)]
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        book.writestr("META-INF/container.xml", _CONTAINER)
        book.writestr("book.opf", _package(paper, names))
        for name, page in zip(names, paper.pages, strict=True):
            book.writestr(name, _chapter(paper.title, page))
    return file.getvalue()


def _package(paper: Paper, names: list[str]) -> str:
    items = "".join(
        f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in names
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in names)
    return f"""<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">urn:x</dc:identifier>
<dc:title>{escape(paper.title)}</dc:title><dc:creator>{escape(paper.author)}</dc:creator>
<dc:language>en</dc:language><dc:date>{WRITTEN_AT.date()}</dc:date></metadata>
<manifest>{items}</manifest><spine>{spine}</spine></package>"""


def _chapter(title: str, page: str) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in page.splitlines())
    return f"""<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{escape(title)}</title></head>
<body>{lines}</body></html>"""
