"""What waits for a reader is bounded."""

from __future__ import annotations

import pytest

from api.streams.listener import Listener
from api.streams.wanted import Beginning, Wanted


def listener(most_bytes: int = 10) -> Listener:
    """A listener for which so much may wait."""
    return Listener(Wanted(account_id="a"), Beginning(0), most_bytes)


def test_what_waits_is_taken_at_once_and_in_order() -> None:
    one = listener()
    one.put(b"ab")
    one.put(b"cd")

    assert (one.take(0), one.take(0)) == (b"abcd", b"")


def test_a_reader_who_is_too_slow_is_cut_off() -> None:
    one = listener()
    one.put(b"0123456789")
    one.put(b"x")

    assert one.is_over
    assert one.take(30) is None


@pytest.mark.parametrize("size", [10, 11, 1000])
def test_what_comes_at_once_is_not_held_against_the_reader(size: int) -> None:
    one = listener()
    one.put(b"x" * size)

    assert one.take(0) == b"x" * size


def test_a_poke_ends_the_wait_once() -> None:
    one = listener()
    one.poke()

    assert one.take(30) == b""
    assert one.take(0) == b""


def test_nothing_is_told_after_the_end() -> None:
    one = listener()
    one.put(b"x")
    one.end()
    one.put(b"y")

    assert one.take(30) is None
