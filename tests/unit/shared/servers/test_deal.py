"""Which server a task goes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.servers.assignment import Place, deal
from shared.tasks.turns import Waiting
from tests.a_server import SERVER


def place(name: str, load: int, room: int) -> Place:
    return Place(load, ord(name), room, replace(SERVER, id=name, name=name))


def chosen(count: int) -> list[Waiting]:
    return [Waiting(f"t{n}", "acme", "SOCIAL", float(n)) for n in range(count)]


@pytest.mark.parametrize(
    ("places", "count", "dealt"),
    [
        ([("a", 0, 9), ("b", 0, 9)], 4, "abab"),
        ([("a", 2, 9), ("b", 0, 9)], 4, "bbab"),
        ([("a", 0, 1), ("b", 0, 9)], 4, "abbb"),
        ([("a", 0, 1), ("b", 5, 1)], 4, "ab"),
        ([("a", 0, 0)], 2, ""),
        ([], 2, ""),
    ],
    ids=["in turn", "the least loaded", "while there is room", "no room left", "full", "nobody"],
)
def test_tasks_go_to_the_least_loaded_that_has_room(
    places: list[tuple[str, int, int]], count: int, dealt: str
) -> None:
    given = deal(chosen(count), [place(*one) for one in places], {})
    assert "".join(given.values()) == dealt


def test_a_task_that_was_tried_stays_at_its_server() -> None:
    given = deal(chosen(3), [place("a", 0, 9), place("b", 7, 9)], {"t1": "b", "t2": "gone"})
    assert given == {"t0": "a", "t1": "b", "t2": "a"}


def test_where_its_server_is_full_it_goes_elsewhere() -> None:
    given = deal(chosen(2), [place("a", 0, 9), place("b", 0, 1)], {"t0": "b", "t1": "b"})
    assert given == {"t0": "b", "t1": "a"}
