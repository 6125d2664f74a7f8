"""Who waits for something that no thread watches looks for it, on a seat."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.waiting import WaitingRoom
from shared.db import Store


@pytest.fixture
def room() -> Iterator[WaitingRoom]:
    """A room with one seat."""
    store = Store("sqlite:////nonexistent/yard.db")
    yield WaitingRoom(store, seats=1)
    store.close()


def test_what_is_there_is_found_at_once_and_takes_no_seat(room: WaitingRoom) -> None:
    assert room.look_for(lambda: [room.seated], 30) == [0]


def test_it_is_looked_for_until_it_is_there(room: WaitingRoom) -> None:
    answers = iter(["", "", "found"])

    assert room.look_for(lambda: next(answers), 30, every=0.001) == "found"
    assert room.seated == 0


def test_it_is_looked_for_once_more_when_the_time_is_over(room: WaitingRoom) -> None:
    answers = iter(["", "at last"])

    assert room.look_for(lambda: next(answers), 0.001, every=30) == "at last"


def test_who_does_not_want_to_wait_looks_once(room: WaitingRoom) -> None:
    answers = iter(["", "too late"])

    assert room.look_for(lambda: next(answers), 0) == ""


def test_without_a_free_seat_nobody_waits(room: WaitingRoom) -> None:
    def look() -> list[str]:
        seen.append(room.seated)
        return ["outside"] if len(seen) == 3 else room.look_for(list, 30) if room.seated else []

    seen: list[int] = []

    assert room.look_for(look, 30, every=0.001) == ["outside"]
    assert seen == [0, 1, 1]


def test_a_failure_frees_the_seat(room: WaitingRoom) -> None:
    answers = iter([""])

    with pytest.raises(StopIteration):
        room.look_for(lambda: next(answers), 30, every=0.001)

    assert room.seated == 0


def test_when_the_process_is_about_to_stop_nobody_waits(room: WaitingRoom) -> None:
    room.close()

    assert room.look_for(list, 30) == []
