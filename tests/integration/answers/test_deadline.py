from concurrent.futures import ThreadPoolExecutor

from shared.answers.deadline import close_expired
from shared.clock import FakeClock
from shared.tasks.queries import history
from shared.tasks.status import Status
from tests.integration.answers.survey import BY_MACHINES, Survey

SPLIT = [("cats", 0.5), ("dogs", 0.6), ("birds", 0.5)]


def _close(survey: Survey) -> int:
    return survey.store.transact(close_expired)


def _code(survey: Survey, task_id: str) -> str | None:
    error = survey.task(task_id).error
    return error["code"] if error else None


def test_a_task_is_left_alone_until_its_deadline(survey: Survey, clock: FakeClock) -> None:
    task_id = survey.ask()
    clock.advance(3599)
    assert _close(survey) == 0

    clock.advance(1)
    assert _close(survey) == 1
    assert _code(survey, task_id) == "NOT_ENOUGH_ANSWERS"
    assert survey.money() == (1000, 0)


def test_too_few_answers_are_not_enough(survey: Survey, clock: FakeClock) -> None:
    task_id = survey.ask()
    survey.answer(task_id, "anna")
    survey.answer(task_id, "ben")
    clock.advance(3600)
    _close(survey)

    assert _code(survey, task_id) == "NOT_ENOUGH_ANSWERS"


def test_enough_answers_that_disagree_are_no_consensus(survey: Survey, clock: FakeClock) -> None:
    survey.has_people()
    task_id = survey.machines(*SPLIT)
    clock.advance(3600)
    _close(survey)

    assert _code(survey, task_id) == "NO_CONSENSUS"


def test_a_task_that_was_never_started_fails_too(survey: Survey, clock: FakeClock) -> None:
    queued = survey.ask(BY_MACHINES)
    clock.advance(3600)

    assert _close(survey) == 1
    assert _code(survey, queued) == "NOT_ENOUGH_ANSWERS"
    with survey.store.read() as tx:
        assert history(tx, queued)[-1] == ("queued", "failed")


def test_what_a_worker_runs_is_left_to_its_report(survey: Survey, clock: FakeClock) -> None:
    task_id = survey.ask(BY_MACHINES)
    task = survey.start(task_id)[0]
    clock.advance(3600)
    assert _close(survey) == 0

    survey.report((task, [("cats", 0.9)] * 3))
    assert survey.task(task_id).status is Status.COMPLETED


def test_a_task_without_a_deadline_and_one_of_another_kind_wait_on(
    survey: Survey, clock: FakeClock
) -> None:
    survey.ask(deadline_seconds=None)
    survey.ask(BY_MACHINES, annotators=None)
    clock.advance(3600)

    assert _close(survey) == 0


def test_a_final_task_is_not_closed_again(survey: Survey, clock: FakeClock) -> None:
    survey.machines(("cats", 0.9), ("cats", 0.9), ("cats", 0.9))
    clock.advance(3600)

    assert _close(survey) == 0


def test_many_schedulers_close_every_task_once(survey: Survey, clock: FakeClock) -> None:
    ids = [survey.ask() for _ in range(30)]
    clock.advance(3600)
    with ThreadPoolExecutor(6) as threads:
        closed = sum(threads.map(lambda _number: _close(survey), range(6)))

    assert closed == 30
    with survey.store.read() as tx:
        for task_id in ids:
            assert history(tx, task_id).count(("running", "failed")) == 1
    assert survey.money() == (1000, 0)
