"""What a sync of the library does about each file."""

from __future__ import annotations

import pytest

from shared.material.origin import Origin, path_key
from shared.sources.source import Entry
from workers.scripts.syncing.plan import compare

GONE = Origin(path="gone", tag="1", sha256="a hash", error=None)


def known(tag: str | None, error: str | None = None) -> dict[str, Origin]:
    """The file "a" as it was read before."""
    sha256 = None if error else "a hash"
    return {path_key("a"): Origin(path=path_key("a"), tag=tag, sha256=sha256, error=error)}


@pytest.mark.parametrize(
    ("tag", "before", "is_wanted"),
    [
        ("1", known("1"), False),
        ("2", known("1"), True),
        ("1", {}, True),
        (None, known("1"), True),
        (None, known(None), True),
        ("1", known(None), True),
        ("2", known("1", "no picture"), True),
    ],
    ids=["same", "changed", "new", "untold", "never told", "told now", "unfit before"],
)
def test_a_file_is_read_unless_its_tag_is_known(
    tag: str | None, before: dict[str, Origin], is_wanted: bool
) -> None:
    entry = Entry("a", "a", tag=tag)
    plan = compare([entry], before)
    assert list(plan.wanted) == ([entry] if is_wanted else [])
    assert (plan.unchanged, plan.total) == (int(not is_wanted), 1)


def test_what_is_known_to_be_unfit_is_told_and_not_read() -> None:
    entry = Entry("a", "a", tag="1")
    plan = compare([entry], known("1", "no picture"))
    assert (plan.wanted, plan.unfit, plan.unchanged) == ([], [(entry, "no picture")], 0)
    assert plan.total == 1


def test_what_is_not_listed_is_gone() -> None:
    assert compare([], {"gone": GONE}).gone == [GONE]


def test_a_path_listed_twice_counts_once() -> None:
    plan = compare([Entry("a", "first"), Entry("a", "second")], {})
    assert [entry.key for entry in plan.wanted] == ["first"]
