"""Pictures are read where Tesseract's data is; elsewhere the error says what is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.errors import TaskError
from tests.documents.pictures import picture, scanned_pdf
from workers.documents.reading import ocr
from workers.documents.reading.read import read
from workers.documents.reading.reading import Reading

ENGLISH = "The quick brown fox jumps over the dog.\nBread costs twelve euros today."
FRENCH = "Le café est très cher à Paris."
needs_data = pytest.mark.skipif(
    not ocr.languages(), reason="Tesseract's language data is not installed on this machine"
)


def read_file(folder: Path, content: bytes, name: str) -> Reading:
    """What is read in a file of that content."""
    file = folder / "content"
    file.write_bytes(content)
    return read(file, name, "", lambda _done, _count: None)


@pytest.fixture
def no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without Tesseract's data."""
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    ocr.languages.cache_clear()
    yield
    ocr.languages.cache_clear()


@needs_data
@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_the_text_of_a_picture_is_read(kind: str, tmp_path: Path) -> None:
    reading = read_file(tmp_path, picture(kind, ENGLISH), f"photo.{kind}")
    assert (reading.pages[0].text, reading.method) == (ENGLISH, "tesseract")


@needs_data
def test_every_page_of_a_tiff_is_read(tmp_path: Path) -> None:
    reading = read_file(tmp_path, picture("tiff", ENGLISH, "Another page."), "fax.tiff")
    assert [page.text for page in reading.pages] == [ENGLISH, "Another page."]


@needs_data
def test_scanned_pages_of_a_pdf_are_read_beside_written_ones(tmp_path: Path) -> None:
    pdf = scanned_pdf([ENGLISH], "Written words.")
    reading = read_file(tmp_path, pdf, "scan.pdf")
    assert [page.text for page in reading.pages] == [ENGLISH, "Written words."]
    assert reading.method == "pypdfium2+tesseract"


@pytest.mark.skipif(
    "fra" not in "".join(ocr.languages()), reason="Tesseract's French data is not installed"
)
def test_accents_are_read_where_the_language_is_there(tmp_path: Path) -> None:
    assert read_file(tmp_path, picture("gif", FRENCH), "menu.gif").pages[0].text == FRENCH


@pytest.mark.usefixtures("no_data")
@pytest.mark.parametrize("name", ["photo.png", "scan.pdf"])
def test_without_its_data_the_error_says_what_to_install(name: str, tmp_path: Path) -> None:
    content = picture("png", ENGLISH) if name == "photo.png" else scanned_pdf([ENGLISH])
    with pytest.raises(TaskError, match="Tesseract's language data is not installed") as caught:
        read_file(tmp_path, content, name)
    assert (caught.value.code, caught.value.retryable) == ("OCR_UNAVAILABLE", False)


@pytest.mark.usefixtures("no_data")
def test_without_its_data_written_pages_are_read_all_the_same(tmp_path: Path) -> None:
    reading = read_file(tmp_path, scanned_pdf([ENGLISH], "Written words."), "scan.pdf")
    assert [page.text for page in reading.pages] == ["", "Written words."]
    assert reading.method == "pypdfium2"


@needs_data
def test_a_process_that_may_not_write_to_its_home_reads_pictures(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from workers.documents.reading.read import read\n"
        "print(read(Path(sys.argv[1]), 'photo.png', '', print).pages[0].text)"
    )
    file = tmp_path / "content"
    file.write_bytes(picture("png", ENGLISH))
    environ = {**os.environ, "HOME": "/proc/none", "XDG_CACHE_HOME": "", "TMPDIR": str(tmp_path)}
    environ.pop("KREUZBERG_CACHE_DIR", None)
    told = subprocess.run(
        [sys.executable, "-c", script, str(file)], env=environ, capture_output=True, text=True
    )
    assert ENGLISH in told.stdout, told.stderr
