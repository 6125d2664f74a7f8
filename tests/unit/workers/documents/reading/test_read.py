"""Every format gives its text, its pages, its tables and its facts."""

from __future__ import annotations

from pathlib import Path

import pytest

from taskyard.bench.papers import BUILDERS, Paper, build
from taskyard.bench.papers.paper import TABLE
from workers.documents.reading.kind import KINDS
from workers.documents.reading.read import read
from workers.documents.reading.reading import Facts, Reading

FIRST = "The baker sells bread and flour.\nNobody in the old town bakes as he does."
SECOND = "Sugar is “très cher” — they say.\nSo is the end of it."
PAPER = Paper(title="Bread & thrift", author="Ada Okafor", pages=[FIRST, SECOND])
WRITTEN = "2024-03-17T09:30:00.000Z"
PAGED = {"pdf", "docx", "pptx", "xlsx", "rtf", "txt"}
WITH_TABLE = set(BUILDERS) - {"rtf", "epub", "eml", "txt"}


def read_paper(folder: Path, kind: str, paper: Paper = PAPER) -> Reading:
    """What is read in ``paper`` as a file of that kind."""
    file = folder / "a blob's name"
    file.write_bytes(build(kind, paper))
    return read(file, f"paper.{kind}", "", lambda _done, _count: None)


@pytest.mark.parametrize("kind", BUILDERS)
def test_the_whole_text_is_read(kind: str, tmp_path: Path) -> None:
    reading = read_paper(tmp_path, kind)
    text = "\n".join(page.text for page in reading.pages)
    assert all(line in text for line in PAPER.lines)
    assert (reading.format, reading.mime_type) == (kind, KINDS[kind].mime_type)
    assert reading.language == "en"
    assert 22 <= reading.word_count <= 50


@pytest.mark.parametrize("kind", sorted(PAGED))
def test_pages_slides_and_sheets_are_kept_apart(kind: str, tmp_path: Path) -> None:
    first, second = read_paper(tmp_path, kind).pages
    assert "baker" in first.text
    assert "Sugar is" in second.text
    assert "baker" not in second.text


@pytest.mark.parametrize("kind", sorted(WITH_TABLE))
def test_tables_are_found_on_their_page(kind: str, tmp_path: Path) -> None:
    tables = read_paper(tmp_path, kind).pages[0].tables
    assert [list(row) for row in TABLE] in [list(table)[: len(TABLE)] for table in tables]
    assert len(tables) == 1


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("docx", Facts(created_at=WRITTEN, modified_at=WRITTEN)),
        ("pptx", Facts(created_at=WRITTEN, modified_at=WRITTEN)),
        ("odt", Facts(created_at=WRITTEN)),
        ("epub", Facts(created_at="2024-03-17T00:00:00.000Z", language="en")),
        ("rtf", Facts()),
        ("html", Facts(language="en")),
    ],
)
def test_files_say_who_wrote_them_and_when(kind: str, facts: Facts, tmp_path: Path) -> None:
    told = read_paper(tmp_path, kind).facts
    assert (told.title, told.author) == ("Bread & thrift", "Ada Okafor")
    assert (told.created_at, told.modified_at) == (facts.created_at, facts.modified_at)
    assert told.language == facts.language


def test_an_email_is_by_its_sender(tmp_path: Path) -> None:
    told = read_paper(tmp_path, "eml").facts
    assert (told.title, told.created_at) == ("Bread & thrift", WRITTEN)
    assert "ada@example.org" in str(told.author)


@pytest.mark.parametrize(
    ("kind", "method"), [("pdf", "pypdfium2"), ("docx", "kreuzberg"), ("txt", "taskyard")]
)
def test_the_method_says_what_read_it(kind: str, method: str, tmp_path: Path) -> None:
    assert read_paper(tmp_path, kind).method == method


def test_what_is_kept_has_numbered_pages_and_tables_where_there_are_any(tmp_path: Path) -> None:
    first, second = read_paper(tmp_path, "pdf").document()["pages"]
    assert (first["pageNumber"], first["tables"]) == (1, [[list(row) for row in TABLE]])
    assert second == {"pageNumber": 2, "text": SECOND}


def test_the_same_file_always_gives_the_same_reading(tmp_path: Path) -> None:
    assert read_paper(tmp_path, "pptx") == read_paper(tmp_path, "pptx")


def test_a_markdown_table_and_heading_are_understood(tmp_path: Path) -> None:
    reading = read_paper(tmp_path, "md")
    assert reading.facts.title == "Bread & thrift"


@pytest.mark.parametrize("kind", ["html", "xml", "md"])
def test_old_encodings_are_read_where_a_file_states_or_shows_them(
    kind: str, tmp_path: Path
) -> None:
    start = {
        "html": '<html><head><meta charset="iso-8859-1"></head><body><p>',
        "xml": '<?xml version="1.0" encoding="ISO-8859-1"?><r>',
        "md": "# Summer\n\n",
    }[kind]
    end = {"html": "</p></body></html>", "xml": "</r>", "md": "\n"}[kind]
    file = tmp_path / "old"
    file.write_bytes(f"{start}déjà vu à l'été dernier{end}".encode("latin-1"))
    reading = read(file, f"old.{kind}", "", lambda _done, _count: None)
    assert "déjà vu à l'été dernier" in reading.pages[0].text
