"""Files that mean harm are refused, or read without it; each in little time and memory."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.errors import TaskError
from taskyard.bench.papers import build
from tests.documents import broken
from tests.documents.broken import MIB, PAPER
from workers.documents.reading import package
from workers.documents.reading.read import read
from workers.documents.reading.reading import Reading


def reading_of(folder: Path, content: bytes, name: str) -> Reading:
    """What is read in a file of that content."""
    file = folder / "content"
    file.write_bytes(content)
    return read(file, name, "", lambda _done, _count: None)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.docx", lambda: broken.bomb("docx", "word/document.xml", 40 * MIB), "200 times"),
        ("a.odt", lambda: broken.bomb("odt", "content.xml", 40 * MIB), "200 times"),
        ("a.xlsx", lambda: broken.bomb("xlsx", "xl/sharedStrings.xml", 40 * MIB), "200 times"),
        ("a.odt", broken.laughing_odt, "DTD"),
        ("a.docx", broken.laughing_docx, "DTD"),
        ("a.xml", broken.laughing_xml, "DTD"),
        ("a.pdf", broken.locked_pdf, "password"),
        ("a.pdf", broken.looping_pdf, "page 1 of 2 cannot be found"),
        ("a.pdf", lambda: build("pdf", PAPER)[:1500], "its end is missing"),
        ("a.rtf", lambda: build("rtf", PAPER)[:90], "its end is missing"),
        ("a.png", lambda: broken.vast_png(50_000, 50_000), "50000 × 50000 pixels"),
    ],
)
def test_it_is_refused_with_the_reason(
    name: str, content: Callable[[], bytes], why: str, tmp_path: Path
) -> None:
    with pytest.raises(TaskError, match=why) as caught:
        reading_of(tmp_path, content(), name)
    assert not caught.value.retryable


def test_what_is_packed_inside_of_a_file_is_not_unfolded(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, broken.nested_bomb(20 * MIB), "a.docx")
    assert 0 < sum(len(page.text) for page in reading.pages) < 200


def test_a_list_that_lies_about_sizes_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "MOST_RATIO", sys.maxsize)
    with pytest.raises(TaskError, match="200 times"):
        reading_of(tmp_path, broken.lying_bomb(40 * MIB), "a.docx")


def test_an_honest_file_passes_when_it_is_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "MOST_RATIO", sys.maxsize)
    assert reading_of(tmp_path, build("docx", PAPER), "a.docx").word_count > 0


def test_damage_within_an_archive_is_called_damage(tmp_path: Path) -> None:
    docx = bytearray(build("docx", PAPER))
    docx[600:1200] = bytes(600)
    with pytest.raises(TaskError, match="a Word document, but is damaged"):
        reading_of(tmp_path, bytes(docx), "a.docx")


def test_a_pdf_with_an_empty_password_is_open_to_all(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, broken.locked_pdf(""), "a.pdf")
    assert "Nobody is to read this." in reading.pages[0].text


def test_what_is_attached_to_a_letter_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked = tmp_path / "libraries"
    unpacked.mkdir()
    monkeypatch.setenv("TMPDIR", str(unpacked))
    reading = reading_of(tmp_path, broken.letter_with(build("pdf", PAPER), "a.pdf"), "a.eml")
    assert "See the attachment." in reading.pages[0].text
    assert "First page" not in reading.pages[0].text
    assert not list(unpacked.iterdir())
