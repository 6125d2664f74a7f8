"""Files in a form: each goes to the blob store; what cannot be had leaves nothing there."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import create_environ

from api.failure import Kind, Rejected
from api.uploads import Upload, receive
from shared.blobs import BlobStore
from shared.errors import NotFound, Unavailable

LARGEST = 3_000_000
END = b"--x--\r\n"
FORM = "multipart/form-data; boundary=x"
Receive = Callable[..., Upload]


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    """An empty blob store."""
    return BlobStore(f"file://{tmp_path}/blobs")


@pytest.fixture
def take(blobs: BlobStore) -> Receive:
    """Takes in a body."""

    def run(body: bytes | Broken | Endless, kind: str = FORM, **kwargs: Any) -> Upload:
        length = kwargs.pop("length", len(body) if isinstance(body, bytes) else None)
        stream = io.BytesIO(body) if isinstance(body, bytes) else body
        environ = create_environ(method="POST")
        environ |= {"wsgi.input": stream, "wsgi.input_terminated": True}
        environ |= {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(length or "")}
        with Flask("api").request_context(environ):
            return receive(blobs, kwargs.pop("largest", LARGEST), **kwargs)

    return run


@pytest.fixture
def left(tmp_path: Path) -> Callable[[], list[Path]]:
    """The files that there are."""
    return lambda: [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]


Left = Callable[[], list[Path]]


def part(content: bytes, head: bytes = b'name="file"; filename="a.txt"') -> bytes:
    """A part of a form."""
    return b"--x\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + content + b"\r\n"


def kind_of(error: pytest.ExceptionInfo[Rejected]) -> Kind:
    """What kind of failure it was."""
    return error.value.failure.kind


@pytest.mark.parametrize(
    "content",
    [
        b"short",
        b"\r\n--xy\r\n--\r\n-- x--\r\n",
        b"\r\n" * 400_000,
        b"\r" * 400_000,
        b"\n" * 400_000,
        bytes(range(256)) * 5_000,
        b"\r\n-" * 300_000,
    ],
    ids=["short", "like boundaries", "CRLF", "CR", "LF", "all bytes", "half boundaries"],
)
def test_a_file_comes_as_it_was_sent(take: Receive, blobs: BlobStore, content: bytes) -> None:
    (file,) = take(part(content) + END).files

    assert blobs.read(file.written.key) == content
    assert file.written.sha256 == hashlib.sha256(content).hexdigest()
    assert file.written.size_bytes == len(content)


def test_several_files_and_fields_keep_their_order(take: Receive, blobs: BlobStore) -> None:
    fields = part("Müller".encode(), b'name="folderId"') + part(b"5", b'name="wait"')
    upload = take(part(b"one") + fields + part(b"two", b'name=file; filename="b.txt"') + END)

    assert [file.name for file in upload.files] == ["a.txt", "b.txt"]
    assert [blobs.read(file.written.key) for file in upload.files] == [b"one", b"two"]
    assert upload.fields == {"folderId": "Müller", "wait": "5"}


def test_the_first_field_of_a_name_counts(take: Receive) -> None:
    upload = take(part(b"1", b'name="wait"') + part(b"2", b'name="wait"') + END)

    assert upload.fields == {"wait": "1"}


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b'name="file"; filename="a b.txt"', "a b.txt"),
        (b"name=file; filename=a.txt", "a.txt"),
        ('name="file"; filename="été.txt"'.encode(), "été.txt"),
        ('name="file"; filename="été.txt"'.encode("latin-1"), "été.txt"),
        (b"name=\"file\"; filename*=UTF-8''%C3%A9t%C3%A9.txt", "été.txt"),
        (b'name="file"; filename="ete.txt"; filename*=UTF-8\'\'%C3%A9t%C3%A9.txt', "été.txt"),
        (b"name=\"file\"; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd", "passwd"),
        (b'name="file"; filename="C:\\\\dir\\\\a.txt"', "a.txt"),
        (b'name="file"; filename="say \\"hi\\".txt"', 'say "hi".txt'),
        (b'name="file"; filename="' + b"n" * 300 + b'.txt"', "n" * 251 + ".txt"),
    ],
)
def test_names_are_read_however_they_are_written(take: Receive, head: bytes, name: str) -> None:
    assert [file.name for file in take(part(b"content", head) + END).files] == [name]


@pytest.mark.parametrize(
    ("content", "said", "kind"),
    [
        (b"%PDF-1.7", "text/plain", "application/pdf"),
        (b"plain", "text/plain", "text/plain"),
        (b"plain", "", ""),
        (b"fLaC\0", "application/octet-stream", "audio/flac"),
    ],
)
def test_the_beginning_of_a_file_says_more_than_its_sender(
    take: Receive, content: bytes, said: str, kind: str
) -> None:
    head = b'name="file"; filename="a"' + (f"\r\nContent-Type: {said}".encode() if said else b"")

    assert take(part(content, head) + END).files[0].mime_type == kind


def test_a_part_of_another_name_and_a_field_left_empty_are_no_files(
    take: Receive, left: Left
) -> None:
    other = part(b"content", b'name="picture"; filename="a.png"')
    unfilled = part(b"", b'name="file"; filename=""')

    assert take(other + unfilled + END) == Upload()
    assert left() == []


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"", FORM, "ends too early"),
        (b"hello", FORM, "ends too early"),
        (part(b"content"), FORM, "ends too early"),
        (part(b"content")[:-5], FORM, "ends too early"),
        (part(b"one") + part(b"two")[:30], FORM, "ends too early"),
        (part(b"content") + END, "multipart/form-data; boundary=y", "ends too early"),
        (part(b"content") + END, "multipart/form-data", "no boundary"),
        (part(b"content") + END, f"multipart/form-data; boundary={'y' * 201}", "no boundary"),
        (bytes(2_000_000), FORM, "no boundary where one is due"),
        (b"--x\r\nA: " + b"b" * 2_000_000, FORM, "no boundary where one is due"),
        (b"--x\r\nContent-Type: text/plain\r\n\r\ncontent\r\n" + END, FORM, "is broken"),
        (part(b"content", b"filename=a") + part(b"1", b"") + END, FORM, "has no name"),
        (part(b"one") + part(b"") + END, FORM, "a.txt is empty"),
        (part(b"one") + part(b"x" * 70_000, b'name="note"') + END, FORM, "note: may have at most"),
        (part(b"one") + part(b"\xff", b'name="note"') + END, FORM, "note: must be UTF-8"),
    ],
)
def test_a_broken_form_leaves_nothing(
    take: Receive, left: Left, body: bytes, kind: str, words: str
) -> None:
    with pytest.raises(Rejected, match=words) as error:
        take(body, kind)

    assert kind_of(error) is Kind.INVALID_FIELD
    assert left() == []


def test_another_content_type_is_refused(take: Receive) -> None:
    with pytest.raises(Rejected) as error:
        take(b"{}", "application/json")

    assert kind_of(error) is Kind.UNSUPPORTED_MEDIA_TYPE


class Broken:
    """A connection that breaks after ``first``."""

    def __init__(self, first: bytes, error: Exception) -> None:
        self._first, self._error = first, error

    def read(self, size: int = -1) -> bytes:
        first, self._first = self._first[:size], self._first[size:]
        if first:
            return first
        raise self._error


@pytest.mark.parametrize(
    "error", [OSError("gone"), ConnectionResetError(), ValueError("bad chunk")]
)
def test_a_broken_connection_leaves_nothing(take: Receive, left: Left, error: Exception) -> None:
    with pytest.raises(Rejected, match="the connection broke"):
        take(Broken(part(b"content" * 1000)[:-10], error))

    assert left() == []


@pytest.mark.parametrize("parts", [1, 5])
def test_too_much_is_refused_as_it_comes(take: Receive, left: Left, parts: int) -> None:
    body = part(bytes(LARGEST // parts + 1)) * parts + END
    with pytest.raises(Rejected, match=f"at most {LARGEST} bytes") as error:
        take(body, length=None)

    assert kind_of(error) is Kind.BODY_TOO_LARGE
    assert left() == []


def test_as_much_as_is_allowed_is_taken(take: Receive) -> None:
    assert take(part(bytes(LARGEST)) + END).files[0].written.size_bytes == LARGEST


def test_what_is_too_much_by_its_own_account_is_not_read(take: Receive) -> None:
    with pytest.raises(Rejected) as error:
        take(Broken(b"", AssertionError()), length=LARGEST * 2)

    assert kind_of(error) is Kind.BODY_TOO_LARGE


def endless() -> Iterator[bytes]:
    """A form of ever more parts."""
    while True:
        yield part(b"1", b'name="n"')


class Endless:
    """Sends as much as is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, _size: int = -1) -> bytes:
        return next(self._pieces)


def test_a_form_of_too_many_parts_is_refused(take: Receive) -> None:
    with pytest.raises(Rejected, match="at most 1000 parts") as error:
        take(Endless(endless()))

    assert kind_of(error) is Kind.BODY_TOO_LARGE


def test_fields_before_a_file_are_checked_before_it_is_read(take: Receive, left: Left) -> None:
    seen: list[dict[str, str]] = []

    def check(fields: Mapping[str, str]) -> None:
        seen.append(dict(fields))
        if fields:
            raise NotFound("There is no such folder.")

    field = part(b"nowhere", b'name="folderId"')
    with pytest.raises(NotFound):
        take(part(b"one") + field + part(b"two") + END, check=check)

    assert seen == [{}, {"folderId": "nowhere"}]
    assert left() == []


def test_a_blob_store_that_does_not_answer_is_said_to(take: Receive, tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file where a folder is due")

    with pytest.raises(Unavailable, match="The blob store does not answer"):
        take(part(b"content") + END)
