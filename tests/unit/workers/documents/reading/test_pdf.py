"""PDFs: page by page, however many there are; dates; whether the file is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import TaskError
from tests.documents.broken import long_pdf
from workers.documents.reading.pdf import read_pdf
from workers.documents.reading.pdf_facts import check_whole, moment

PAGES = 20_000


def test_twenty_thousand_pages_are_read_and_told_one_by_one(tmp_path: Path) -> None:
    file = tmp_path / "long.pdf"
    file.write_bytes(long_pdf(PAGES))
    told: list[tuple[int, int]] = []
    pages, _, _ = read_pdf(file, lambda done, count: told.append((done, count)))
    assert told == [(number, PAGES) for number in range(1, PAGES + 1)]
    assert pages[-1].text == f"This is page number {PAGES}."


def test_reading_ends_where_whoever_is_told_raises(tmp_path: Path) -> None:
    file = tmp_path / "long.pdf"
    file.write_bytes(long_pdf(10))

    def tell(done: int, _count: int) -> None:
        if done == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        read_pdf(file, tell)


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ("D:20240317093000Z", "2024-03-17T09:30:00.000Z"),
        ("D:20240317093000+02'00'", "2024-03-17T07:30:00.000Z"),
        ("D:20240317093000-0530", "2024-03-17T15:00:00.000Z"),
        ("D:20240317093000", "2024-03-17T09:30:00.000Z"),
        ("D:20241399000000Z", None),
        ("D:20240317093000+99'00'", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_becomes_a_moment_in_utc(told: str, text: str | None) -> None:
    assert moment(told) == text


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (
            b"%PDF-1.7\n1 0 obj<</Linearized 1/L 90000/H[1 2]>>\n%%EOF",
            "89946 bytes of it are missing",
        ),
        (b"%PDF-1.7\n1 0 obj<</Type/Catalog>>", "its end is missing"),
    ],
)
def test_a_file_that_was_cut_off_says_so(content: bytes, why: str, tmp_path: Path) -> None:
    file = tmp_path / "cut.pdf"
    file.write_bytes(content)
    with pytest.raises(TaskError, match=why):
        check_whole(file, "a PDF file")
