"""Keys of records: the same for the same task, and as the protocol wants them."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from shared.sites.record_key import record_key, tid

TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
EARLY = UUID(int=(1_700_000_000_000 << 80) | (7 << 76) | (2 << 62) | 1)
LATE = UUID(int=(1_700_000_000_001 << 80) | (7 << 76) | (2 << 62) | 1)
TWIN = UUID(int=(1_700_000_000_000 << 80) | (7 << 76) | (2 << 62) | 2)


@pytest.mark.parametrize(
    "key", [str(EARLY), "any other key", "", "00000000-0000-4000-8000-000000000000"]
)
def test_a_key_is_a_tid_and_always_the_same(key: str) -> None:
    assert TID.fullmatch(record_key(key))
    assert record_key(key) == record_key(key)


def test_tasks_of_one_moment_have_different_keys() -> None:
    assert record_key(str(EARLY)) != record_key(str(TWIN))


def test_keys_sort_as_their_tasks_were_made() -> None:
    assert record_key(str(EARLY)) < record_key(str(LATE))


def test_a_key_has_the_time_of_its_task() -> None:
    lowest, highest = tid(1_700_000_000_000_000, 0), tid(1_700_000_000_000_999, 1023)
    assert lowest <= record_key(str(EARLY)) <= highest


@pytest.mark.parametrize(
    ("microseconds", "clock", "text"),
    [(0, 0, "2222222222222"), (0, 1, "2222222222223"), ((1 << 53) - 1, 1023, "bzzzzzzzzzzzz")],
)
def test_a_tid_is_written_in_base32(microseconds: int, clock: int, text: str) -> None:
    assert tid(microseconds, clock) == text
