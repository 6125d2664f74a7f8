"""The numbers, codes and remarks of the scripts' dialect."""

from __future__ import annotations

from typing import Any

import pytest

from api.failure import Failure, FieldError, Kind
from api.scripts.dialect import Code, Scripts, code_of, message_of, statuses_of
from api.scripts.task_view import progress_of, remark_of, task_body
from shared.tasks.reason import Reason, WaitingFor
from shared.tasks.status import Status
from shared.tasks.words import SCRIPT_NUMBERS, SCRIPT_TEXTS
from tests.a_task import a_task

WAITING = WaitingFor(reason=Reason.TURN, detail="About 12 tasks go first.")


def test_every_status_has_a_number_and_a_text() -> None:
    assert set(SCRIPT_NUMBERS) == set(Status)
    assert {SCRIPT_TEXTS[number] for number in SCRIPT_NUMBERS.values()} == set(SCRIPT_TEXTS)
    assert [statuses_of(n) for n in range(4)] == [
        {Status.PENDING, Status.QUEUED},
        {Status.RUNNING},
        {Status.COMPLETED},
        {Status.FAILED, Status.CANCELED},
    ]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_failure_has_its_code(kind: Kind) -> None:
    reply = Scripts().error(Failure(kind, "No.", headers={"Retry-After": "5"}))

    assert reply.body == {"code": int(code_of(Failure(kind, ""))), "message": "No.", "data": None}
    assert reply.status == reply.body["code"] // 100
    assert reply.headers == {"Retry-After": "5"}


@pytest.mark.parametrize(
    ("word", "code"),
    [("UNKNOWN_SCRIPT", 40003), ("CONFLICT", 40901), ("DEVICE_LIMIT", 40001), (None, 40001)],
)
def test_a_finer_word_counts_where_it_is_one_of_the_dialects(word: str | None, code: int) -> None:
    assert code_of(Failure(Kind.INVALID_FIELD, "No.", word)) == Code(code)


def test_a_field_is_named_once() -> None:
    named = (FieldError("serials", "No."),)

    assert message_of(Failure(Kind.INVALID_FIELD, "No.", fields=named)) == "serials: No."
    assert message_of(Failure(Kind.INVALID_FIELD, "serials: No.", fields=named)) == "serials: No."


@pytest.mark.parametrize(
    ("task", "remark"),
    [
        ({"status": Status.PENDING}, WAITING.detail),
        ({"status": Status.QUEUED}, WAITING.detail),
        (
            {"status": Status.PENDING, "error": {"message": "Busy."}},
            f"{WAITING.detail} The last try failed: Busy.",
        ),
        ({"status": Status.RUNNING, "error": {"message": "Busy."}}, ""),
        ({"status": Status.CANCELED}, "stopped"),
        ({"status": Status.FAILED, "error": {"code": "X", "message": "Too long."}}, "Too long."),
        ({"status": Status.FAILED, "error": None}, ""),
        ({"status": Status.COMPLETED, "result": {"notes": ["No sound.", "No link."]}},
         "No sound. No link."),
        ({"status": Status.COMPLETED, "result": {}}, ""),
    ],
    ids=range(9),
)  # fmt: skip
def test_a_remark_says_why_a_task_is_as_it_is(task: dict[str, Any], remark: str) -> None:
    waiting = WAITING if task["status"] in (Status.PENDING, Status.QUEUED) else None

    assert remark_of(a_task(**task), waiting) == remark


@pytest.mark.parametrize(
    ("status", "progress", "shown"),
    [
        (Status.PENDING, 50.0, 0),
        (Status.QUEUED, None, 0),
        (Status.RUNNING, None, 0),
        (Status.RUNNING, 41.7, 41),
        (Status.RUNNING, 100.0, 99),
        (Status.RUNNING, -1.0, 0),
        (Status.COMPLETED, 50.0, 100),
        (Status.FAILED, 50.0, 50),
    ],
)
def test_progress_is_100_when_it_is_done_and_not_before(
    status: Status, progress: float | None, shown: int
) -> None:
    assert progress_of(a_task(status=status, progress=progress)) == shown


def test_a_task_without_a_target_or_a_configuration_is_shown_all_the_same() -> None:
    body = task_body(a_task(payload={}))

    assert (body["serial"], body["username"], body["script_config"]) == (None, None, {})
