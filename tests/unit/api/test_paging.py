"""Cursors, and cutting pages."""

from __future__ import annotations

import pytest

from api.failure import Rejected
from api.paging import cursor_of, cut, number_of


@pytest.mark.parametrize("number", [1, 2, 255, 10**6, 2**63 - 1])
def test_a_cursor_leads_back_to_its_number(number: int) -> None:
    assert number_of(cursor_of(number)) == number


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "5", "n5", "bjU=", "bjA", "bi01", "bjA1", "é", "....", cursor_of(2**63), "bjU\n"],
)
def test_a_cursor_that_nobody_gave_is_refused(cursor: str) -> None:
    with pytest.raises(Rejected) as refused:
        number_of(cursor)

    assert refused.value.failure.fields[0].field == "cursor"


@pytest.mark.parametrize(
    ("rows", "page", "cursor"),
    [
        ([], [], None),
        ([9, 8], [9, 8], None),
        ([9, 8, 7], [9, 8, 7], None),
        ([9, 8, 7, 6], [9, 8, 7], cursor_of(7)),
    ],
)
def test_a_page_has_a_cursor_only_where_more_follows(
    rows: list[int], page: list[int], cursor: str | None
) -> None:
    assert cut(rows, 3, lambda row: row) == (page, cursor)
