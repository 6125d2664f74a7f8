"""Content decides what a file is; where that cannot be read, the error names both."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import TaskError
from taskyard.bench.papers import build
from tests.documents.archives import zipped
from tests.documents.broken import PAPER, locked_office, with_parts
from workers.documents.reading.identity import identify


def kind_of(folder: Path, content: bytes, name: str, mime_type: str = "") -> str:
    """What a file with that content and name is taken for."""
    file = folder / "content"
    file.write_bytes(content)
    return identify(file, name, mime_type).name


@pytest.mark.parametrize(
    "kind", ["pdf", "docx", "pptx", "xlsx", "odt", "rtf", "html", "epub", "eml"]
)
@pytest.mark.parametrize("name", ["paper.pdf", "paper.txt", "paper"])
def test_a_wrong_or_missing_ending_does_not_matter(kind: str, name: str, tmp_path: Path) -> None:
    assert kind_of(tmp_path, build(kind, PAPER), name) == kind


@pytest.mark.parametrize(
    ("name", "mime_type", "kind"),
    [
        ("a.md", "", "md"),
        ("a.MARKDOWN", "", "md"),
        ("a.csv", "", "csv"),
        ("a.tsv", "", "csv"),
        ("a", "text/csv", "csv"),
        ("a.txt", "text/csv", "txt"),
        ("a.pdf", "application/pdf", "txt"),
        ("a.html", "", "txt"),
        ("\udcff\udcfe.md", "", "md"),
    ],
)
def test_what_text_is_its_name_says_and_else_its_media_type(
    name: str, mime_type: str, kind: str, tmp_path: Path
) -> None:
    assert kind_of(tmp_path, b"one,two\nthree,four\n", name, mime_type) == kind


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%!x\n%PDF-1.4 and so on\0", "pdf"),
        (b"\xef\xbb\xbf  <!-- hm --><!DOCTYPE html><p>", "html"),
        (b"<?xml version='1.0'?>\n<html xmlns='x'>", "html"),
        (b"<?xml version='1.0'?><feed>", "xml"),
        (b"FORM 10-K, the report", "txt"),
        (b"From: here\nwe went on: to the sea\n\nand back", "txt"),
        (b"Received: by x\r\nFrom: a@b.c\r\nSubject: hi\r\nX-Y: z\r\n\r\nhello", "eml"),
        ("naïve".encode("utf-16"), "txt"),
    ],
)
def test_the_beginning_tells_what_it_is(content: bytes, kind: str, tmp_path: Path) -> None:
    assert kind_of(tmp_path, content, "a.txt") == kind


def refusal(folder: Path, content: bytes, name: str) -> str:
    """Why the file is refused."""
    with pytest.raises(TaskError) as caught:
        kind_of(folder, content, name)
    assert (caught.value.code, caught.value.retryable) == ("EXTRACTION_FAILED", False)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (zipped({"a.txt": b"hi"}), "a.docx", ("a Word document", "a ZIP archive")),
        (b"ID3\x04\0\0\0\0\0", "song.pdf", ("a PDF file", "an MP3 file")),
        (b"\x7fELF\x02\x01\x01\0", "tool.odt", ("an OpenDocument text", "a program")),
        (b"\0\0\0\x18ftypheic\0\0", "photo.jpg", ("a JPEG image", "a HEIC image")),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "old.doc", ("an old Office file",)),
        (bytes(range(256)), "noise.xlsx", ("an Excel workbook", "nothing that can be read")),
        (bytes(range(256)), "noise", ("no known kind",)),
        (b"", "nothing.pdf", ("empty", "0 bytes")),
        (locked_office(), "plan.xlsx", ("an Excel workbook", "password")),
        (build("docx", PAPER)[:9000], "half.docx", ("a Word document", "its end is missing")),
    ],
)
def test_what_cannot_be_read_is_named(
    content: bytes, name: str, said: tuple[str, ...], tmp_path: Path
) -> None:
    told = refusal(tmp_path, content, name)
    assert all(words in told for words in said), told


@pytest.mark.parametrize("part", ["META-INF/rights.xml", "META-INF/license.lcpl"])
def test_a_book_that_its_seller_locked_is_named_so(part: str, tmp_path: Path) -> None:
    told = refusal(tmp_path, with_parts(build("epub", PAPER), {part: b"x"}), "book.epub")
    assert "an EPUB book that is protected" in told


def test_an_open_document_with_a_password_is_named_so(tmp_path: Path) -> None:
    manifest = b"<manifest><encryption-data/></manifest>"
    odt = with_parts(build("odt", PAPER), {"META-INF/manifest.xml": manifest})
    assert "password" in refusal(tmp_path, odt, "letter.odt")
