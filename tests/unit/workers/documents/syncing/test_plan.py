"""What a sync does about each file."""

from __future__ import annotations

import pytest

from shared.documents.origin import Brought
from shared.sources.source import Entry
from workers.documents.syncing.plan import compare


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
