"""What a sync does about each file, and how it counts."""

from __future__ import annotations

import pytest

from shared.documents.origin import Brought
from workers.documents.sources.plan import Plan, compare
from workers.documents.sources.source import Entry
from workers.documents.sources.tally import MOST_FAILURES, Tally


def known(tag: str | None = "1", is_inside: bool = True) -> Brought:
    return Brought("an id", "a", tag, "sha", is_inside)


CASES = [
    ("1", known("1"), False),
    ("2", known("1"), True),
    ("1", None, True),
    (None, known("1"), True),
    (None, known(None), True),
    ("1", known(None), True),
    ("1", known("1", is_inside=False), True),
]


@pytest.mark.parametrize(("tag", "document", "is_wanted"), CASES)
def test_a_file_is_read_unless_its_tag_is_known(
    tag: str | None, document: Brought | None, is_wanted: bool
) -> None:
    entry = Entry("a", "a", tag=tag)
    plan = compare([entry], {"a": document} if document else {}, str)
    assert plan.wanted == ([(entry, document)] if is_wanted else [])
    assert (plan.unchanged, plan.total, plan.gone) == (int(not is_wanted), 1, [])


def test_what_is_not_listed_is_gone() -> None:
    assert compare([Entry("b", "b", tag="1")], {"a": known()}, str).gone == [known()]


def test_a_path_listed_twice_counts_once() -> None:
    plan = compare([Entry("a", "first"), Entry("a", "second")], {}, str)
    assert [entry.key for entry, _ in plan.wanted] == ["first"]


def test_counts_go_on_where_an_earlier_attempt_stopped() -> None:
    plan = Plan([(Entry("d", "d"), None)], [], unchanged=9)
    tally = Tally.begin(plan, {"added": 3, "updated": 1, "removed": 2, "filesTotal": "odd"})
    assert (tally.added, tally.updated, tally.removed, tally.unchanged) == (3, 1, 2, 5)
    assert (tally.processed, tally.percent) == (9, 90.0)
    assert tally.one_more("added").percent == 100.0


def test_an_empty_source_is_done_at_once() -> None:
    assert Tally.begin(Plan([], [], 0), {}).percent == 100.0


def test_only_so_many_failures_are_named() -> None:
    tally = Tally(total=1000)
    for number in range(MOST_FAILURES + 5):
        tally = tally.with_failure(str(number), "broken")
    told = tally.metadata()
    assert (told["filesFailed"], len(told["failed"])) == (MOST_FAILURES + 5, MOST_FAILURES)
