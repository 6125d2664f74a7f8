"""Bodies of notices, in the words of each dialect."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from api.buyers import dialect as buyers
from api.jobs import dialect as jobs
from api.scripts import dialect as scripts
from shared.notices.body import LARGEST_BYTES, body, is_told
from shared.notices.told import Told
from shared.tasks.event_log import Event
from shared.tasks.status import Status
from shared.tasks.words import CANCELED_ERROR, SCRIPT_TEXTS

AT = datetime(2026, 11, 22, 10, 0, 0, 123_456, tzinfo=UTC)
TASK = Told(
    id="0197a5f0-0000-7000-8000-000000000001",
    number=7,
    account_id="0197a5f0-0000-7000-8000-0000000000aa",
    project_id=None,
    target_id="doc",
    dialect="buyers",
    source="api",
    type="ECHO",
    status=Status.COMPLETED,
    caller_metadata={"order": 5},
    callback_url=None,
    cost_cents=20,
    attempt=1,
    retry_count=0,
    max_retries=3,
    payload=None,
    detail=None,
    result={"word": "positive"},
    error=None,
    created_at=AT,
    started_at=AT,
    completed_at=AT,
)


def event(status: Status, dialect: str = "buyers", **changes: Any) -> Event:
    """A step of the task."""
    made = Event(9, TASK.id, TASK.account_id, TASK.type, dialect, None, status, 1, None, AT)
    return replace(made, **changes)


def read(happened: Event, task: Told = TASK) -> Any:
    """What the body says, once it is seen to be small enough."""
    text = body(happened, task)
    assert len(text.encode()) <= LARGEST_BYTES
    return orjson.loads(text)


def test_a_buyer_is_told_type_time_and_the_task_without_its_content() -> None:
    assert read(event(Status.COMPLETED)) == {
        "type": "task.completed",
        "timestamp": "2026-11-22T10:00:00.123Z",
        "data": {
            "taskId": TASK.id,
            "type": "ECHO",
            "status": "COMPLETED",
            "projectId": None,
            "costCents": 20,
            "metadata": {"order": 5},
            "attempt": 1,
            "reason": None,
            "createdAt": "2026-11-22T10:00:00.123Z",
            "completedAt": "2026-11-22T10:00:00.123Z",
            "result": {"word": "positive"},
            "error": None,
        },
    }


def test_an_earlier_event_does_not_tell_what_came_later() -> None:
    data = read(event(Status.RUNNING))["data"]
    assert (data["status"], data["result"], data["completedAt"]) == ("PENDING", None, None)
    failed = replace(TASK, status=Status.PENDING, result=None, error={"message": "again"})
    assert read(event(Status.FAILED), failed)["data"]["error"] is None


def test_a_job_is_told_in_five_fields() -> None:
    done = replace(
        TASK, dialect="jobs", type="EXTRACTION", detail={"fileName": "a.pdf"},
        result={"metadata": {"pageCount": 3}, "other": 1},
    )  # fmt: skip
    assert read(event(Status.COMPLETED, "jobs"), done) == {
        "jobId": TASK.id,
        "status": "DONE",
        "targetId": "doc",
        "type": "EXTRACTION",
        "metadata": {"fileName": "a.pdf", "pageCount": 3},
    }
    failed = replace(TASK, status=Status.FAILED, result=None, error={"message": "no text"})
    assert read(event(Status.FAILED, "jobs"), failed)["metadata"] == {"error": "no text"}
    assert read(event(Status.RUNNING, "jobs"), replace(TASK, result=None))["metadata"] == {}


def test_a_script_is_told_by_number_and_text() -> None:
    payload = {"serial": "R58", "username": "ada", "config": {"caption": "private"}}
    task = replace(TASK, dialect="scripts", type="POST_VIDEO", payload=payload)
    said = read(event(Status.CANCELED, "scripts"), task)
    assert said["type"] == "task.canceled"
    data = said["data"]
    assert (data["id"], data["script_name"], data["serial"]) == (7, "post_video", "R58")
    assert (data["status"], data["status_text"], data["remark"]) == (3, "failed", "stopped")
    assert "private" not in body(event(Status.COMPLETED, "scripts"), task)


LARGE = "x" * 30_000
CONTROL = "\x01" * 30_000


@pytest.mark.parametrize("dialect", ["buyers", "scripts", "jobs"])
@pytest.mark.parametrize("text", [LARGE, CONTROL, "é" * 30_000], ids=["plain", "control", "wide"])
def test_a_body_is_never_too_large_for_a_receiver(dialect: str, text: str) -> None:
    names = {f"{n}{text}": n for n in range(30)}
    done = replace(
        TASK, caller_metadata={"of": text}, result={"metadata": {"of": text}}, detail=names
    )
    failed = replace(done, status=Status.FAILED, error={"message": text, "details": text})
    assert read(event(Status.COMPLETED, dialect, reason=text), done)
    assert read(event(Status.FAILED, dialect, reason=text), failed)


def test_what_was_left_out_is_named() -> None:
    large = replace(TASK, result={"of": LARGE})
    data = read(event(Status.COMPLETED), large)["data"]
    assert (data["result"], data["leftOut"], data["metadata"]) == (None, ["result"], {"order": 5})
    larger = replace(large, caller_metadata={"of": LARGE})
    assert read(event(Status.COMPLETED), larger)["data"]["leftOut"] == ["result", "metadata"]
    job = replace(large, result={"metadata": {"of": LARGE}})
    assert read(event(Status.COMPLETED, "jobs"), job)["metadata"] == {"leftOut": ["of"]}


def test_words_are_those_of_the_dialects() -> None:
    told = {s for s in Status if is_told(event(s, "jobs"))}
    assert {jobs.status_word(status) for status in told} == {"IN_PROGRESS", "DONE", "ERROR"}
    for status in told:
        assert read(event(status, "jobs"), TASK)["status"] == jobs.status_word(status)
    for status in Status:
        script = read(event(status, "scripts"), TASK)["data"]
        assert status in scripts.statuses_of(script["status"])
        assert script["status_text"] == SCRIPT_TEXTS[script["status"]]
        of_buyers = read(event(status), TASK)["data"]["status"]
        assert of_buyers == buyers.status_word(status, is_answered=False)
    assert read(event(Status.CANCELED), TASK)["data"]["error"] == CANCELED_ERROR
