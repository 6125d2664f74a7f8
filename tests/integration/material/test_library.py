"""The library: the same content once, found by name, kind and tags, deleted without a trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shared.blobs.purge import GRACE, purge
from shared.clock import FakeClock
from shared.db import Transaction
from shared.errors import NotFound, Refused
from shared.ids import new_id
from shared.material import retention
from shared.material.library import (
    Added,
    Wanted,
    add_material,
    change_material,
    count_materials,
    delete_material,
    find_material,
    get_material,
    list_materials,
)
from shared.tags import MOST_TAGS
from tests.integration.material.conftest import FILM, PHOTO, Library
from tests.memory_yard import in_threads

EVERYBODYS = [
    lambda tx, account, one: get_material(tx, account, one),
    lambda tx, account, one: change_material(tx, account, one, name="mine"),
    lambda tx, account, one: delete_material(tx, account, one),
]


def test_what_is_added_is_there(library: Library) -> None:
    added = library.add("a film", tags=["summer", "beach"], name="clip.mp4")
    with library.store.read() as tx:
        found = get_material(tx, library.account_id, added.id)
    assert found == added
    assert (found.name, found.tags, found.state) == ("clip.mp4", ["summer", "beach"], "checked")
    assert (found.kind, found.width, found.height) == ("video", 1080, 1920)
    assert (found.duration_seconds, found.source, found.error) == (12.5, "", None)
    assert library.is_kept(found.sha256)


def test_without_facts_it_is_not_checked(library: Library) -> None:
    added = library.add("a film", facts=None)
    assert (added.state, added.kind, added.is_checked) == ("unchecked", None, False)


def test_the_same_content_is_there_once_with_the_tags_of_both(library: Library) -> None:
    first = library.add("a film", tags=["summer"], name="first.mp4")
    second = library.add("a film", tags=["beach", "summer"], name="second.mp4")
    assert (second.id, second.name) == (first.id, "first.mp4")
    assert second.tags == ["summer", "beach"]
    assert library.names() == ["first.mp4"]


def test_two_accounts_have_the_same_content_each(library: Library) -> None:
    mine = library.add("a film")
    library.account_id = library.docs.memory.open_account("other").id
    assert library.add("a film").id != mine.id


def test_what_was_found_good_stays_so(library: Library) -> None:
    library.add("a film", facts=FILM)
    again = library.add("a film", facts=None)
    assert (again.state, again.kind) == ("checked", "video")


def test_what_is_added_again_with_facts_is_checked_by_them(library: Library) -> None:
    library.add("a film", facts=None)
    assert library.add("a film", facts=FILM).is_checked


def test_what_was_deleted_comes_back_under_its_new_name(library: Library) -> None:
    first = library.add("a film", tags=["summer"], name="first.mp4")
    with library.store.begin() as tx:
        delete_material(tx, library.account_id, first.id)
        assert list_materials(tx, library.account_id, limit=9) == []
    written = library.written(b"a film")
    with library.store.begin() as tx:
        added = add_material(tx, library.account_id, written, name="second.mp4", tags=["beach"])
    assert added.is_new
    assert (added.material.id, added.material.name) == (first.id, "second.mp4")
    assert added.material.tags == ["summer", "beach"]
    assert library.names() == ["second.mp4"]


def test_many_who_add_the_same_at_once_have_the_same_row(library: Library) -> None:
    written = [library.written(b"a film") for _ in range(6)]

    def add(number: int) -> Added:
        return library.store.transact(
            lambda tx: add_material(
                tx, library.account_id, written[number], name=f"{number}", tags=[f"t{number}"]
            )
        )

    added = in_threads(6, add)
    assert len({one.material.id for one in added}) == 1
    assert [one.is_new for one in added].count(True) == 1
    assert sorted(library.row(added[0].material.id).tags) == [f"t{n}" for n in range(6)]


def test_names_lose_their_folders_and_what_no_file_system_takes(library: Library) -> None:
    assert library.add("one", name="../../etc/clip\x00.mp4").name == "clip.mp4"
    long = library.add("two", name="é" * 300 + ".mp4").name
    assert long.endswith("é.mp4")
    assert len(long.encode()) <= 255


def test_material_is_found_by_its_id_and_by_its_name(library: Library) -> None:
    older = library.add("older", name="clip.mp4")
    newer = library.add("newer", name="clip.mp4")
    with library.store.read() as tx:
        assert find_material(tx, library.account_id, older.id) == older
        assert find_material(tx, library.account_id, "clip.mp4") == newer
        assert find_material(tx, library.account_id, "other.mp4") is None
        assert find_material(tx, library.account_id, new_id()) is None


def test_a_name_that_looks_like_an_id_is_a_name(library: Library) -> None:
    name = new_id()
    named = library.add("a film", name=name)
    with library.store.read() as tx:
        assert find_material(tx, library.account_id, name) == named


@pytest.mark.parametrize("do", EVERYBODYS, ids=["get", "change", "delete"])
def test_others_have_nothing_of_it(
    do: Callable[[Transaction, str, str], object], library: Library
) -> None:
    added = library.add("a film")
    other = library.docs.memory.open_account("other").id
    for account_id, material_id in ((other, added.id), (library.account_id, "no id")):
        with library.store.begin() as tx, pytest.raises(NotFound):
            do(tx, account_id, material_id)
    assert library.row(added.id) == added


def wanted_names(library: Library, wanted: Wanted, **page: Any) -> list[str]:
    """What is listed, by name; and there are as many as are counted."""
    with library.store.read() as tx:
        found = list_materials(tx, library.account_id, wanted, limit=page.pop("limit", 9), **page)
        if not page:
            assert count_materials(tx, library.account_id, wanted) == len(found)
    return [one.name for one in found]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), ["d", "c", "b", "a"]),
        (Wanted(kind="video"), ["b", "a"]),
        (Wanted(kind="image"), ["c"]),
        (Wanted(state="unchecked"), ["d"]),
        (Wanted(name="b"), ["b"]),
        (Wanted(tags=["summer"]), ["c", "a"]),
        (Wanted(tags=["summer", "rain"]), ["c", "b", "a"]),
        (Wanted(tags=["summer"], kind="video"), ["a"]),
        (Wanted(tags=["sum"]), []),
        (Wanted(tags=['"']), []),
        (Wanted(tags=["été %_'"]), ["b"]),
    ],
    ids=["all", "video", "image", "state", "name", "tag", "tags", "both", "part", "quote", "odd"],
)
def test_material_is_listed_by_what_is_asked_for(
    wanted: Wanted, names: list[str], library: Library
) -> None:
    library.add("a", tags=["summer"])
    library.add("b", tags=["rain", "été %_'"])
    library.add("c", facts=PHOTO, tags=["summer"])
    library.add("d", facts=None)
    assert wanted_names(library, wanted) == names


def test_pages_are_by_offset_or_behind_a_number(library: Library) -> None:
    rows = [library.add(name) for name in "abcde"]
    assert wanted_names(library, Wanted(), limit=2, offset=2) == ["c", "b"]
    assert wanted_names(library, Wanted(), limit=2, before=rows[2].number) == ["b", "a"]


def test_name_and_tags_can_be_changed(library: Library) -> None:
    added = library.add("a film", tags=["summer"])
    with library.store.begin() as tx:
        change_material(tx, library.account_id, added.id, name="b.mp4")
        changed = change_material(tx, library.account_id, added.id, tags=["winter", " winter "])
    assert (changed.name, changed.tags) == ("b.mp4", ["winter"])


def test_too_many_tags_are_refused_and_nothing_is_added(library: Library) -> None:
    with pytest.raises(Refused) as caught:
        library.add("a film", tags=[f"tag {n}" for n in range(MOST_TAGS + 1)])
    assert caught.value.field == "tags"
    assert library.names() == []


def test_the_content_goes_when_nobody_refers_to_it(library: Library, clock: FakeClock) -> None:
    mine = library.add("a film")
    library.account_id = library.docs.memory.open_account("other").id
    theirs = library.add("a film")
    for account_id, one in ((mine.account_id, mine), (theirs.account_id, theirs)):
        assert library.is_kept(mine.sha256)
        with library.store.begin() as tx:
            delete_material(tx, account_id, one.id)
        clock.advance(GRACE.total_seconds() + 1)
        library.store.transact(lambda tx: purge(tx, mine.sha256[:2]))
    assert not library.is_kept(mine.sha256)


def test_rows_of_what_was_deleted_long_ago_go(library: Library, clock: FakeClock) -> None:
    gone = library.add("gone")
    library.add("kept")
    with library.store.begin() as tx:
        delete_material(tx, library.account_id, gone.id)
    assert library.store.transact(lambda tx: retention.purge_deleted(tx, 30)) == 0
    clock.advance(timedelta(days=31).total_seconds())
    assert library.store.transact(lambda tx: retention.purge_deleted(tx, 30)) == 1
    assert library.names() == ["kept"]
    assert library.add("gone").id != gone.id
