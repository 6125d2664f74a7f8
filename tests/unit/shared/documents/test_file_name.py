"""Names of files: without folders, and short enough for every file system."""

from __future__ import annotations

import pytest

from shared.documents.file_name import clean_name, decoded

LONG = "é" * 200


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("report.pdf", "report.pdf"),
        ("Jahresbericht – Übersicht.pdf", "Jahresbericht – Übersicht.pdf"),
        ("年度报告.docx", "年度报告.docx"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\me\\report.pdf", "report.pdf"),
        ("folder/", "unnamed"),
        ("", "unnamed"),
        (".", "unnamed"),
        ("..", "unnamed"),
        ("   ", "unnamed"),
        (" report.pdf ", "report.pdf"),
        (".profile", ".profile"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("cod\u202efdp.exe", "codfdp.exe"),
        ("e\u0301te\u0301.txt", "été.txt"),
        (f"{LONG}.pdf", "é" * 125 + ".pdf"),
        ("x" * 255, "x" * 255),
        ("x" * 256, "x" * 255),
        ("a." + "x" * 300, "a." + "x" * 253),
    ],
)
def test_a_name_is_made_safe(given: str, name: str) -> None:
    assert clean_name(given) == name


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("naïve".encode(), "naïve"),
        ("naïve €".encode("cp1252"), "naïve €"),
        (b"\x81\xff", "\ufffdÿ"),
    ],
)
def test_a_name_in_any_encoding_becomes_text(raw: bytes, text: str) -> None:
    assert decoded(raw) == text
