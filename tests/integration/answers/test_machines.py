from typing import Any

import pytest
from sqlalchemy import update

from shared.answers.answer import Answer
from shared.answers.given import Given, given_to, record
from shared.answers.settle import machines_answered
from shared.clock import FakeClock
from shared.tasks import lifecycle
from shared.tasks.status import Status
from shared.tasks.task import PEOPLE, tasks
from tests.integration.answers.survey import BY_MACHINES, PRICE, WORKER, Survey

AGREED = [("cats", 0.9), ("cats", 0.6), ("dogs", 0.7)]
SPLIT = [("cats", 0.5), ("dogs", 0.6), ("birds", 0.5)]


def test_machines_that_agree_complete_a_task_and_are_paid(survey: Survey) -> None:
    task = survey.task(survey.machines(*AGREED))

    assert task.status is Status.COMPLETED
    assert task.result is not None
    assert task.result["votes"] == {"cats": 2, "dogs": 1}
    assert [a["annotator"] for a in task.result["answers"]] == ["m0", "m1", "m2"]
    assert survey.money() == (1000 - PRICE, 0)


def test_without_people_the_machines_lead_settles_at_once(survey: Survey) -> None:
    task = survey.task(survey.machines(*SPLIT))

    assert task.status is Status.COMPLETED
    assert task.result is not None
    assert task.result["answer"] == "dogs"


def test_without_people_a_tie_fails_at_once_and_costs_nothing(survey: Survey) -> None:
    task = survey.task(survey.machines(("cats", 0.5), ("dogs", 0.5)))

    assert (task.status, task.error and task.error["code"]) == (Status.FAILED, "NO_CONSENSUS")
    assert survey.money() == (1000, 0)


def test_what_machines_leave_open_waits_for_people_until_its_deadline(survey: Survey) -> None:
    survey.has_people()
    task = survey.task(survey.machines(*SPLIT))

    assert (task.status, task.holder, task.answers_wanted) == (Status.RUNNING, PEOPLE, 1)
    assert task.lease_expires_at == task.deadline_at is not None
    assert survey.money() == (1000 - PRICE, PRICE)


def test_under_the_policy_machine_nobody_else_is_asked(survey: Survey) -> None:
    survey.has_people()
    task = survey.task(survey.machines(*SPLIT, annotators="machine"))

    assert (task.status, task.error and task.error["code"]) == (Status.FAILED, "NO_CONSENSUS")


def test_a_task_without_a_policy_takes_its_account_s(survey: Survey) -> None:
    task = survey.task(survey.machines(*SPLIT, annotators=None))

    assert task.result is not None
    assert task.result["answer"] == "dogs"


def test_a_batch_is_settled_task_by_task(survey: Survey) -> None:
    survey.has_people()
    ids = [survey.ask(BY_MACHINES) for _ in range(3)]
    one, two, three = survey.start(*ids)
    moved = survey.report((one, AGREED), (two, SPLIT), (three, [("birds", 0.9)] * 3))

    assert moved == set(ids)
    assert [survey.task(task.id).status for task in (one, two, three)] == [
        Status.COMPLETED,
        Status.RUNNING,
        Status.COMPLETED,
    ]
    assert survey.money() == (1000 - 3 * PRICE, PRICE)


def test_a_report_on_an_attempt_that_is_over_changes_nothing(survey: Survey) -> None:
    task_id = survey.ask(BY_MACHINES)
    stale = survey.start(task_id)[0]
    with survey.store.begin() as tx:
        end = {"id": task_id, "attempt": stale.attempt}
        lifecycle.give_back(tx, [end], actor=WORKER, reason="test")
        lifecycle.queue(tx, [task_id], actor="test")
    fresh = survey.start(task_id)[0]

    assert survey.report((stale, [("birds", 0.9)] * 3)) == set()
    assert survey.report((fresh, AGREED)) == {task_id}
    result = survey.task(task_id).result
    assert result is not None
    assert result["answer"] == "cats"


def test_a_second_report_changes_nothing(survey: Survey) -> None:
    survey.has_people()
    task_id = survey.ask(BY_MACHINES)
    task = survey.start(task_id)[0]
    survey.report((task, SPLIT))

    assert survey.report((task, AGREED)) == set()
    assert survey.task(task_id).holder == PEOPLE
    with survey.store.read() as tx:
        assert [g.answer.answer for g in given_to(tx, [task_id])[task_id]] == [
            "cats",
            "dogs",
            "birds",
        ]


def test_a_task_that_was_to_be_canceled_is_not_handed_to_people(survey: Survey) -> None:
    survey.has_people()
    task_id = survey.ask(BY_MACHINES)
    task = survey.start(task_id)[0]
    with survey.store.begin() as tx:
        asked = update(tasks).where(tasks.c.id == task_id)
        tx.execute(asked.values(cancel_requested_at=tx.now))
    survey.report((task, SPLIT))

    assert survey.task(task_id).status is Status.CANCELED
    assert survey.money() == (1000, 0)


def test_what_machines_said_in_an_earlier_life_of_the_task_is_forgotten(survey: Survey) -> None:
    task_id = survey.ask(BY_MACHINES)
    with survey.store.begin() as tx:
        record(tx, [Given(task_id, Answer("m0", "machine", "dogs", 0.9), tx.now)])
        record(tx, [Given(task_id, Answer("m0", "human", "cats", 1.0), tx.now)])
    survey.report((survey.start(task_id)[0], AGREED))

    result = survey.task(task_id).result
    assert result is not None
    assert result["votes"] == {"cats": 3, "dogs": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"annotator": "x", "answer": "fish", "confidence": 0.9},
        {"annotator": "x", "answer": ["cats"], "confidence": 0.9},
        {"annotator": "x", "answer": "cats", "confidence": float("nan")},
        {"annotator": "x", "answer": "cats", "confidence": 1.1},
        {"annotator": "x", "answer": "cats", "confidence": None},
        {"annotator": "x", "answer": "cats"},
        {"annotator": None, "answer": "cats", "confidence": 0.9},
        {"annotator": "a", "answer": "dogs", "confidence": 0.9},
        "cats",
    ],
    ids=str,
)
def test_what_is_no_answer_does_not_count(sqlite_survey: Survey, wrong: Any) -> None:
    task_id = sqlite_survey.ask(BY_MACHINES)
    task = sqlite_survey.start(task_id)[0]
    said = [Answer(name, "machine", "cats", 0.8) for name in ("a", "b")]
    with sqlite_survey.store.begin() as tx:
        machines_answered(tx, [(task, [*said, wrong])], actor=WORKER)

    result = sqlite_survey.task(task_id).result
    assert result is not None
    assert result["votes"] == {"cats": 2}


def test_a_late_report_is_judged_as_what_came_in_time(survey: Survey, clock: FakeClock) -> None:
    task_id = survey.ask(BY_MACHINES)
    task = survey.start(task_id)[0]
    clock.advance(4000)
    survey.report((task, AGREED))

    assert survey.task(task_id).status is Status.COMPLETED


def test_answers_may_come_as_objects(survey: Survey) -> None:
    task_id = survey.ask(BY_MACHINES)
    task = survey.start(task_id)[0]
    said = [Answer(name, "machine", "birds", 0.8) for name in ("a", "b", "c")]
    with survey.store.begin() as tx:
        assert machines_answered(tx, [(task, said)], actor=WORKER) == {task_id}

    assert survey.task(task_id).status is Status.COMPLETED
