"""Times as they are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.moments import time_text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (None, None),
        (datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC), "2030-01-02T03:04:05.000Z"),
        (datetime(2030, 1, 2, 3, 4, 5, 678901, tzinfo=UTC), "2030-01-02T03:04:05.678Z"),
        (
            datetime(2030, 1, 2, 3, 4, tzinfo=timezone(timedelta(hours=2))),
            "2030-01-02T01:04:00.000Z",
        ),
    ],
)
def test_times_are_utc_with_milliseconds(moment: datetime | None, text: str | None) -> None:
    assert time_text(moment) == text
