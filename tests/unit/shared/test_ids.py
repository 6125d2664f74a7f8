"""Ids: in order of time, and recognised only as they are written."""

import pytest

from shared.ids import is_id, new_id


def test_ids_are_unique_and_sort_by_the_time_they_were_made() -> None:
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert ids == sorted(ids)


def test_an_id_is_recognised() -> None:
    assert is_id(new_id())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "42",
        "not-an-id",
        "0190a0b0c0d0700080000123456789ab",
        "0190A0B0-C0D0-7000-8000-0123456789AB",
        "{0190a0b0-c0d0-7000-8000-0123456789ab}",
        "urn:uuid:0190a0b0-c0d0-7000-8000-0123456789ab",
        "0190a0b0-c0d0-7000-8000-0123456789ab ",
        "０190a0b0-c0d0-7000-8000-0123456789ab",
        "0190a0b0-c0d0-7000-8000-0123456789ab\x00",
    ],
)
def test_what_is_written_otherwise_is_no_id(text: str) -> None:
    assert not is_id(text)
