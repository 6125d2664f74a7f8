"""The buyers' words for statuses and times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from api.buyers.dialect import CODES, PROBLEMS, status_word, time_text
from api.failure import Kind
from shared.tasks.status import Status


@pytest.mark.parametrize(
    ("status", "is_answered", "word"),
    [
        (Status.PENDING, False, "PENDING"),
        (Status.QUEUED, False, "PENDING"),
        (Status.RUNNING, False, "PENDING"),
        (Status.RUNNING, True, "VALIDATING"),
        (Status.PENDING, True, "PENDING"),
        (Status.COMPLETED, True, "COMPLETED"),
        (Status.FAILED, True, "FAILED"),
        (Status.CANCELED, True, "FAILED"),
    ],
)
def test_each_status_has_its_word(status: Status, is_answered: bool, word: str) -> None:
    assert status_word(status, is_answered=is_answered) == word


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


@pytest.mark.parametrize("kind", list(Kind))
def test_there_is_a_code_for_every_kind_of_failure(kind: Kind) -> None:
    assert CODES[kind] in PROBLEMS
