"""What follows from a report, wherever its task is."""

from __future__ import annotations

from itertools import product

import pytest

from shared.servers.report import REPORTABLE, Report, Step, decide
from shared.servers.word import Word
from shared.tasks.status import FINAL, Status
from shared.tasks.task import Task
from tests.a_server import SERVER
from tests.a_task import a_task

P, Q, R, C, F, X = Status
ILLEGAL, STALE = Word.ILLEGAL_TRANSITION, Word.STALE_ATTEMPT


def link(status: Status, **changes: object) -> Task:
    """A link task at the server."""
    begun = {"attempt": 0 if status in (P, Q) else 1}
    return a_task(status, **{"type": "SOCIAL", "server_id": SERVER.id, **begun, **changes})


def said(status: Status | None, attempt: int | None = None) -> Report:
    return Report(link_id="x", status=status, attempt=attempt)


@pytest.mark.parametrize(
    ("now", "reported", "follows"),
    [
        (P, R, Step.BEGIN), (P, C, Step.COMPLETE), (P, F, Step.FAIL), (P, X, Step.CANCEL),
        (Q, R, Step.BEGIN), (Q, C, Step.COMPLETE), (Q, F, Step.FAIL), (Q, X, Step.CANCEL),
        (R, R, Step.NOTHING), (R, C, Step.COMPLETE), (R, F, Step.FAIL), (R, X, Step.CANCEL),
    ],
)  # fmt: skip
def test_a_task_that_is_not_over_takes_every_step(
    now: Status, reported: Status, follows: Step
) -> None:
    assert decide(link(now), SERVER, said(reported)) is follows


@pytest.mark.parametrize(("now", "reported"), list(product(sorted(FINAL), REPORTABLE)))
def test_what_is_over_stays_over(now: Status, reported: Status) -> None:
    follows = Step.NOTHING if now is reported else ILLEGAL
    assert decide(link(now), SERVER, said(reported)) is follows


@pytest.mark.parametrize("now", list(Status))
def test_texts_alone_may_be_said_at_any_time(now: Status) -> None:
    assert decide(link(now), SERVER, said(None)) is Step.UPDATE


@pytest.mark.parametrize("reported", [P, Q])
def test_no_server_says_that_a_task_waits(reported: Status) -> None:
    assert decide(link(R), SERVER, said(reported)) is Word.INVALID_STATUS


def test_whose_task_it_is_counts_first() -> None:
    assert decide(None, SERVER, said(C)) is Word.NOT_FOUND
    assert decide(link(R, type="ECHO"), SERVER, said(C)) is Word.NOT_FOUND
    for moved_to in ("01900000-0000-7000-8000-000000000002", None):
        task = link(R, server_id=moved_to, attempt=5)
        assert decide(task, SERVER, said(C, attempt=1)) is Word.NOT_YOUR_TASK


@pytest.mark.parametrize("reported", [*REPORTABLE, None], ids=str)
def test_an_older_attempt_says_nothing_any_more(reported: Status | None) -> None:
    assert decide(link(R, attempt=3), SERVER, said(reported, attempt=2)) is STALE


def test_a_task_that_waits_for_others_cannot_begin() -> None:
    assert decide(link(P, blocked_by=1), SERVER, said(R)) is ILLEGAL


FAILED_ONCE = {"attempt": 1, "error": {"code": "SERVER_FAILED", "message": "no"}, "retry_count": 1}


@pytest.mark.parametrize(
    ("now", "attempt", "reported", "follows"),
    [
        (P, 1, F, Step.NOTHING), (P, None, F, Step.NOTHING), (Q, 1, F, Step.NOTHING),
        (Q, None, F, Step.FAIL), (P, 1, C, STALE), (Q, 1, R, STALE), (P, None, C, Step.COMPLETE),
        (Q, None, R, Step.BEGIN),
    ],
)  # fmt: skip
def test_a_failure_that_is_told_again_is_not_a_second_one(
    now: Status, attempt: int | None, reported: Status, follows: Step | Word
) -> None:
    assert decide(link(now, **FAILED_ONCE), SERVER, said(reported, attempt)) is follows
