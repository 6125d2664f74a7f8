"""Rows as one JSON parameter."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import orjson
import pytest

from shared.rows import encode_rows


def test_rows_are_written_as_a_list_of_objects() -> None:
    rows = [{"id": "a", "n": 1, "nothing": None}, {"id": "é", "n": 2.5, "nothing": {"x": [True]}}]
    assert orjson.loads(encode_rows(rows)) == rows


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2030, 1, 2, 3, 4, 5, 6, tzinfo=UTC), "2030-01-02 03:04:05.000006+00:00"),
        (datetime(2030, 1, 2, tzinfo=UTC), "2030-01-02 00:00:00.000000+00:00"),
        (
            datetime(2030, 1, 2, 1, tzinfo=timezone(timedelta(hours=2))),
            "2030-01-01 23:00:00.000000+00:00",
        ),
    ],
)
def test_times_are_written_in_utc_with_microseconds(moment: datetime, written: str) -> None:
    assert orjson.loads(encode_rows([{"at": moment}])) == [{"at": written}]


def test_times_sort_as_text_as_they_sort_as_times() -> None:
    start = datetime(2029, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    moments = [start + timedelta(microseconds=n) for n in (0, 1, 2, 1_000_000)]
    written = [row["at"] for row in orjson.loads(encode_rows([{"at": m} for m in moments]))]
    assert written == sorted(written)


@pytest.mark.parametrize("value", [Decimal(1), object(), {1, 2}, "\ud800", 2**64])
def test_what_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        encode_rows([{"value": value}])
