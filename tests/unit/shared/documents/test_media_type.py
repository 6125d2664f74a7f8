"""What kind of file something is said to be."""

from __future__ import annotations

import pytest

from shared.documents.intake import HEARD
from shared.documents.media_type import UNKNOWN, media_type_of


@pytest.mark.parametrize(
    ("name", "said", "kind"),
    [
        ("a.pdf", None, "application/pdf"),
        ("a.PDF", None, "application/pdf"),
        ("a.md", None, "text/markdown"),
        ("a.eml", None, "message/rfc822"),
        ("a.tar.csv", None, "text/csv"),
        ("a.html", None, "text/html"),
        ("a.png", None, "image/png"),
        ("a.ts", None, "text/plain"),
        ("a", None, UNKNOWN),
        ("", None, UNKNOWN),
        (".pdf", None, UNKNOWN),
        ("a.nobody-knows", None, UNKNOWN),
        ("a.txt", "application/pdf", "application/pdf"),
        ("a.txt", "Application/PDF; version=1", "application/pdf"),
        ("a.txt", "", "text/plain"),
        ("a.txt", UNKNOWN, "text/plain"),
        ("a.txt", "binary/octet-stream", "text/plain"),
        ("a.txt", "nonsense", "text/plain"),
        ("a.txt", "a/b/c", "text/plain"),
        ("a.txt", "text/html\r\nX: y", "text/plain"),
        ("a.txt", "x/" + "y" * 300, "text/plain"),
        ("a", "application/ogg", "audio/ogg"),
        ("a", "audio/x-wav", "audio/wav"),
    ],
)
def test_the_sender_is_believed_who_says_anything_else_the_name(
    name: str, said: str | None, kind: str
) -> None:
    assert media_type_of(name, said) == kind


@pytest.mark.parametrize("ending", "wav mp3 m4a ogg oga opus flac aac weba mp4 m4v mkv".split())
def test_recordings_are_known_by_their_names_on_every_machine(ending: str) -> None:
    assert media_type_of(f"talk.{ending}").startswith(HEARD)


@pytest.mark.parametrize(
    "ending", "pdf docx pptx xlsx odt ods odp rtf html epub eml md txt csv png jpg tiff".split()
)
def test_so_are_documents(ending: str) -> None:
    kind = media_type_of(f"paper.{ending}")

    assert kind != UNKNOWN
    assert not kind.startswith(HEARD)
