"""The words of an owner of documents, and how a job is shown in them."""

from __future__ import annotations

from typing import Any

import pytest

from api.failure import Failure, FieldError, Kind
from api.jobs.dialect import CODES, ERRORS, Jobs, status_word
from api.jobs.job_view import job_body
from shared.tasks.status import Status
from tests.a_task import NOON, a_task


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (Status.PENDING, "PENDING"),
        (Status.QUEUED, "PENDING"),
        (Status.RUNNING, "IN_PROGRESS"),
        (Status.COMPLETED, "DONE"),
        (Status.FAILED, "ERROR"),
        (Status.CANCELED, "KILLED"),
    ],
)
def test_each_status_has_its_word(status: Status, word: str) -> None:
    assert status_word(status) == word


@pytest.mark.parametrize("kind", list(Kind))
def test_there_is_a_code_for_every_kind_of_failure(kind: Kind) -> None:
    assert CODES[kind] in ERRORS


def test_an_error_names_its_fields() -> None:
    failure = Failure(Kind.INVALID_FIELD, "x: bad.", fields=(FieldError("x", "bad."),))

    reply = Jobs().error(failure)

    assert reply.status == 400
    assert reply.body == {
        "success": False,
        "error": {
            "code": "BAD_REQUEST",
            "message": "x: bad.",
            "fields": [{"field": "x", "message": "bad."}],
        },
    }


def test_a_code_of_another_dialect_becomes_one_of_this() -> None:
    reply = Jobs().error(Failure(Kind.INVALID_FIELD, "bad", code="INVALID_FIELD"))

    assert reply.body["error"]["code"] == "BAD_REQUEST"


def test_too_many_requests_are_told_in_how_many_seconds_to_come_back() -> None:
    failure = Failure(Kind.RATE_LIMITED, "often", headers={"Retry-After": "7"})

    assert Jobs().error(failure).body["error"]["retryAfter"] == 7


@pytest.mark.parametrize(
    ("status", "progress", "shown"),
    [
        (Status.PENDING, None, None),
        (Status.QUEUED, None, None),
        (Status.RUNNING, None, 0),
        (Status.RUNNING, 0.4, 0),
        (Status.RUNNING, 41.9, 41),
        (Status.RUNNING, 100.0, 99),
        (Status.COMPLETED, 100.0, 100),
        (Status.FAILED, 41.9, None),
    ],
)
def test_progress_is_100_when_it_is_done_and_not_before(
    status: Status, progress: float | None, shown: int | None
) -> None:
    assert job_body(a_task(status, progress=progress)).get("progress") == shown


@pytest.mark.parametrize(
    ("detail", "result", "shown"),
    [
        (None, None, None),
        ({}, {}, None),
        ({"a": 1}, None, {"a": 1}),
        ({"a": 1}, {"metadata": {"a": 2, "b": 3}, "text": "x"}, {"a": 2, "b": 3}),
        (None, {"metadata": "nonsense"}, None),
    ],
)
def test_metadata_is_what_was_told_on_the_way_and_in_the_end(
    detail: Any, result: Any, shown: Any
) -> None:
    task = a_task(Status.COMPLETED, detail=detail, result=result)

    assert job_body(task).get("metadata") == shown


def test_the_beginning_of_an_attempt_that_is_retried_is_not_shown() -> None:
    task = a_task(Status.PENDING, started_at=NOON, error={"code": "X", "message": "x"})

    assert not job_body(task).keys() & {"startedAt", "error", "completedAt", "progress"}
