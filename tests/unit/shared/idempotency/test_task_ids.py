"""The tasks of a request with a key have the same ids whenever it is done again."""

from __future__ import annotations

from uuid import UUID

import pytest

from shared.idempotency.task_ids import PLACES, task_id
from shared.ids import is_id, new_id


def test_a_memo_gives_each_place_an_id_that_never_changes() -> None:
    memo_id = "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e05"

    assert task_id(memo_id, 0) == "019a3c5e-7d1b-7000-801f-345950e0aa47"
    assert task_id(memo_id, 258) == "019a3c5e-7d1b-7001-809f-345950e0aa47"


def test_ids_are_uuids_of_version_7_of_the_memos_time() -> None:
    memo_id = new_id()

    for place in (0, 255, 256, PLACES - 1):
        made = task_id(memo_id, place)
        assert is_id(made)
        assert (UUID(made).version, UUID(made).variant) == (7, UUID(memo_id).variant)
        assert made[:13] == memo_id[:13]


def test_ids_are_in_the_order_of_their_places_and_all_different() -> None:
    memo_id = new_id()

    ids = [task_id(memo_id, place) for place in range(10_000)]

    assert ids == sorted(set(ids))


def test_two_memos_have_no_task_in_common() -> None:
    first, second = new_id(), new_id()

    assert {task_id(first, n) for n in range(100)}.isdisjoint(
        task_id(second, n) for n in range(100)
    )


@pytest.mark.parametrize("place", [-1, PLACES])
def test_there_is_an_end_to_places(place: int) -> None:
    with pytest.raises(ValueError, match=f"no task number {place}"):
        task_id(new_id(), place)
