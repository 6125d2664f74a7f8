"""Which material goes next: nothing twice for anybody until all was used."""

from __future__ import annotations

from shared.ids import new_id
from shared.material.choice import note_use, unused_first, used_by, uses_among
from shared.material.library import delete_material
from tests.integration.material.conftest import FILM, PHOTO, Library
from tests.memory_yard import in_threads

ANNA, BERT = "account/anna", "account/bert"


def test_material_goes_in_the_order_in_which_it_came(library: Library) -> None:
    for name in "abc":
        library.add(name)
    assert [library.next(ANNA) for _ in range(3)] == [["a"], ["b"], ["c"]]


def test_once_all_was_used_what_was_used_longest_ago_goes(library: Library) -> None:
    for name in "abc":
        library.add(name)
    assert [library.next(ANNA)[0] for _ in range(8)] == list("abcabcab")


def test_what_is_new_goes_before_what_was_used(library: Library) -> None:
    library.add("a")
    library.next(ANNA)
    library.add("b")
    assert [library.next(ANNA)[0] for _ in range(3)] == ["b", "a", "b"]


def test_what_was_used_for_one_is_new_for_another(library: Library) -> None:
    for name in "ab":
        library.add(name)
    assert library.next(ANNA) == ["a"]
    assert library.next(BERT) == ["a"]
    assert library.next(ANNA) == ["b"]


def test_several_are_filled_up_with_what_was_used(library: Library) -> None:
    for name in "abc":
        library.add(name, facts=PHOTO)
    assert library.next(ANNA, kind="image", count=2) == ["a", "b"]
    assert library.next(ANNA, kind="image", count=2) == ["c", "a"]


def test_nothing_is_given_twice_at_once(library: Library) -> None:
    library.add("a")
    assert library.next(ANNA, count=5) == ["a"]


def test_only_what_fits_is_given(library: Library) -> None:
    library.add("photo", facts=PHOTO, tags=["summer"])
    library.add("winter", tags=["winter"])
    library.add("unchecked", facts=None, tags=["summer"])
    library.add("film", tags=["summer", "rain"])
    library.add("rain", tags=["rain"])
    assert library.next(ANNA, "summer", "sun", count=9) == ["film"]
    assert library.next(BERT, "rain", "winter", count=9) == ["winter", "film", "rain"]


def test_what_was_deleted_is_not_given(library: Library) -> None:
    gone = library.add("a")
    library.add("b")
    with library.store.begin() as tx:
        delete_material(tx, library.account_id, gone.id)
    assert library.next(ANNA, count=9) == ["b"]


def test_what_comes_back_is_remembered_as_used(library: Library) -> None:
    gone = library.add("a")
    library.add("b")
    library.next(ANNA)
    with library.store.begin() as tx:
        delete_material(tx, library.account_id, gone.id)
    library.add("a")
    assert library.next(ANNA) == ["b"]


def test_another_accounts_material_is_never_given(library: Library) -> None:
    library.add("a")
    library.account_id = library.docs.memory.open_account("other").id
    assert library.next(ANNA, count=9) == []


def test_a_task_finds_what_it_was_given_in_order(library: Library) -> None:
    rows = [library.add(name, facts=FILM) for name in "cab"]
    task_id = new_id()
    with library.store.begin() as tx:
        note_use(tx, ANNA, task_id, [one.sha256 for one in rows])
        note_use(tx, ANNA, task_id, [one.sha256 for one in reversed(rows)])
        assert used_by(tx, task_id) == [one.sha256 for one in rows]
        assert used_by(tx, new_id()) == []


def test_uses_of_what_is_not_in_the_library_are_remembered_too(library: Library) -> None:
    first, second = "1" * 64, "2" * 64
    with library.store.begin() as tx:
        for sha256 in (second, first, second):
            note_use(tx, ANNA, new_id(), [sha256])
        uses = uses_among(tx, ANNA, [first, second, "3" * 64])
        assert set(uses) == {first, second}
        assert uses[first] < uses[second]
        assert uses_among(tx, BERT, [first, second]) == {}


def test_two_accounts_that_choose_at_once_go_through_the_library_each(library: Library) -> None:
    names = list("abcd")
    for name in names:
        library.add(name)
    mutexes = [ANNA, BERT]

    def choose(number: int) -> list[str]:
        return [library.next(mutexes[number])[0] for _ in range(4)]

    assert in_threads(2, choose) == [names, names]


def test_looking_uses_nothing(library: Library) -> None:
    library.add("a")
    library.add("b")
    with library.store.read() as tx:
        unused_first(tx, library.account_id, ANNA, "video")
    assert library.next(ANNA) == ["a"]
