from __future__ import annotations

import pytest

from workers.documents.speech import signature


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\0\0\0\x20ftypisom", signature.MP4),
        (b"RIFF\0\0\0\0WAVE", "a WAV or AVI file"),
        (b"ID3\x04", "an MP3 file"),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
)
def test_a_recording_is_known_by_its_first_bytes(head: bytes, kind: str | None) -> None:
    assert signature.recording(head) == kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7", "a PDF file"),
        (b"\xef\xbb\xbf  <html>", "an HTML or XML file"),
        (b"just words\n", "a text file"),
        (b"\x00\x01\x02", None),
        (b"", None),
    ],
)
def test_what_is_no_recording_is_told_by_its_first_bytes(head: bytes, kind: str | None) -> None:
    assert signature.other(head) == kind
