"""How a caller wants a file put in."""

from __future__ import annotations

import pytest

from api.failure import Rejected
from api.jobs.outcome import message_of
from api.jobs.upload_options import folder_names, wait_header, wait_seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [(None, 30), ("", 30), (" ", 30), ("0", 0), ("0.5", 0.5), ("30", 30), ("500", 500)],
)
def test_a_wait_is_in_seconds(text: str | None, seconds: float) -> None:
    assert wait_seconds(text) == seconds


@pytest.mark.parametrize("text", ["x", "-1", "nan", "inf", "-inf", "1 s", "1,5", "true"])
def test_a_wait_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Rejected, match="wait"):
        wait_seconds(text)


@pytest.mark.parametrize(
    ("text", "is_waiting"),
    [
        (None, False),
        ("", False),
        ("true", True),
        ("True", True),
        (" TRUE ", True),
        ("false", False),
    ],
)
def test_a_header_says_true_or_false(text: str | None, is_waiting: bool) -> None:
    assert wait_header(text) is is_waiting


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (None, []),
        ("  ", []),
        ("papers", ["papers"]),
        (" papers ", ["papers"]),
        ("Études".encode().decode("latin-1"), ["Études"]),
        ("Études", ["Études"]),
        ("%C3%89tudes", ["%C3%89tudes", "Études"]),
        ("100%", ["100%"]),
        ("a%00b", ["a%00b", "a\ufffdb"]),
        ("%ff", ["%ff", "\ufffd"]),
    ],
)
def test_a_folder_may_be_named_in_several_ways(header: str | None, names: list[str]) -> None:
    assert folder_names(header) == names


@pytest.mark.parametrize(
    ("count", "unread", "unreadable", "message"),
    [
        (1, 0, 0, "1 file is in, and read."),
        (1, 1, 0, "1 file is in; 1 not read yet."),
        (1, 0, 1, "1 file is in; 1 could not be read."),
        (3, 2, 1, "3 files are in; 2 not read yet, 1 could not be read."),
    ],
)
def test_a_message_counts_the_files(count: int, unread: int, unreadable: int, message: str) -> None:
    assert message_of(count, unread, unreadable) == message
