from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from api.failure import Failure, FieldError, Kind
from api.servers.dialect import STATUSES, Servers, message_of, moment_text


def test_every_kind_of_failure_has_a_status() -> None:
    assert set(STATUSES) == set(Kind)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (None, None),
        (datetime(2026, 11, 22, 11, 20, tzinfo=UTC), "2026-11-22T11:20:00Z"),
        (datetime(2026, 11, 22, 11, 20, 0, 999_999, tzinfo=UTC), "2026-11-22T11:20:00Z"),
        (
            datetime(2026, 11, 22, 13, 20, tzinfo=timezone(timedelta(hours=2))),
            "2026-11-22T11:20:00Z",
        ),
    ],
)
def test_times_are_in_whole_seconds_of_utc(moment: datetime | None, text: str | None) -> None:
    assert moment_text(moment) == text


@pytest.mark.parametrize(
    ("detail", "message"),
    [("must be short.", "note: must be short."), ("The note is long.", "The note is long.")],
)
def test_a_field_at_fault_is_named(detail: str, message: str) -> None:
    failure = Failure(Kind.INVALID_FIELD, detail, fields=(FieldError("note", detail),))

    assert message_of(failure) == message


def test_an_error_is_a_status_and_a_message_and_its_headers_stay() -> None:
    failure = Failure(Kind.UNAVAILABLE, "Not now.", headers={"Retry-After": "2"})

    reply = Servers().error(failure)

    assert (reply.status, reply.headers) == (503, {"Retry-After": "2"})
    assert reply.body == {"success": False, "message": "Not now."}
