from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from shared.answers import people
from shared.answers.people import HOLD_SECONDS
from shared.clock import FakeClock
from shared.errors import Conflict, NotFound, Refused
from shared.tasks.cancellation import cancel
from shared.tasks.status import Status
from shared.tasks.task import PEOPLE
from tests.integration.answers.survey import BY_MACHINES, PRICE, Survey

SPLIT = [("cats", 0.5), ("dogs", 0.6), ("birds", 0.5)]


def test_the_oldest_waiting_task_comes_first(survey: Survey, clock: FakeClock) -> None:
    first = survey.ask()
    clock.advance(1)
    second = survey.ask()

    assert [survey.next("anna"), survey.next("anna"), survey.next("anna")] == [first, second, None]


def test_a_task_is_never_shown_twice_to_the_same_person(survey: Survey, clock: FakeClock) -> None:
    task_id = survey.ask()
    assert survey.next("anna") == task_id
    clock.advance(HOLD_SECONDS * 2)

    assert survey.next("anna") is None
    assert survey.next("ben") == task_id


def test_no_more_people_are_shown_a_task_than_answers_are_wanted(survey: Survey) -> None:
    task_id = survey.ask(needed=2)

    assert [survey.next(user) for user in ("anna", "ben", "cleo")] == [task_id, task_id, None]


def test_a_place_that_was_kept_in_vain_is_given_to_another(
    survey: Survey, clock: FakeClock
) -> None:
    task_id = survey.ask(needed=1)
    survey.next("anna")
    clock.advance(HOLD_SECONDS - 1)
    assert survey.next("ben") is None

    clock.advance(1)
    assert survey.next("ben") == task_id


def test_an_answer_frees_no_place_beyond_what_is_wanted(survey: Survey) -> None:
    task_id = survey.ask(needed=2)
    survey.next("anna")
    survey.next("ben")
    survey.answer(task_id, "anna")

    assert survey.next("cleo") is None


def test_another_account_s_tasks_are_not_shown(survey: Survey) -> None:
    survey.ask()
    stranger = survey.new_account("stranger")

    assert survey.next("anna", stranger.id) is None


def test_what_a_worker_still_runs_is_not_shown(survey: Survey) -> None:
    survey.has_people()
    task_id = survey.ask(BY_MACHINES)
    assert survey.next("anna") is None
    task = survey.start(task_id)[0]
    assert survey.next("anna") is None

    survey.report((task, SPLIT))
    assert survey.next("anna") == task_id


def test_what_is_past_its_deadline_is_not_shown(survey: Survey, clock: FakeClock) -> None:
    task_id = survey.ask()
    clock.advance(3600)

    assert survey.next("anna") is None
    with pytest.raises(Conflict):
        survey.answer(task_id, "anna")


def test_enough_answers_that_agree_complete_the_task(survey: Survey) -> None:
    task_id = survey.ask()
    for user, answer in (("anna", "cats"), ("ben", "dogs")):
        survey.answer(task_id, user, answer)
        assert survey.task(task_id).status is Status.RUNNING
    survey.answer(task_id, "cleo", "cats")

    task = survey.task(task_id)
    assert (task.status, task.result and task.result["answer"]) == (Status.COMPLETED, "cats")
    assert survey.money() == (1000 - PRICE, 0)


def test_one_more_answer_at_a_time_is_asked_for_up_to_a_limit(survey: Survey) -> None:
    task_id = survey.ask()
    for user, answer in (("a", "cats"), ("b", "dogs"), ("c", "birds")):
        survey.answer(task_id, user, answer)
    assert survey.task(task_id).answers_wanted == 1
    survey.answer(task_id, "d", "birds")
    assert survey.task(task_id).answers_wanted == 1
    survey.answer(task_id, "e", "dogs")

    task = survey.task(task_id)
    assert (task.status, task.error and task.error["code"]) == (Status.FAILED, "NO_CONSENSUS")
    assert survey.money() == (1000, 0)


def test_a_person_settles_what_machines_left_open(survey: Survey) -> None:
    survey.has_people()
    task_id = survey.machines(*SPLIT)
    survey.answer(task_id, "anna", "birds")

    task = survey.task(task_id)
    assert task.result is not None
    assert (task.result["answer"], task.result["votes"]["birds"]) == ("birds", 2)
    assert [a["kind"] for a in task.result["answers"]] == ["machine"] * 3 + ["human"]


def test_a_person_may_be_called_what_a_machine_is_called(survey: Survey) -> None:
    survey.has_people()
    task_id = survey.machines(*SPLIT)
    assert survey.next("m0") == task_id
    survey.answer(task_id, "m0", "birds")

    assert survey.task(task_id).status is Status.COMPLETED


def test_a_second_answer_of_the_same_person_is_a_conflict(survey: Survey) -> None:
    task_id = survey.ask()
    survey.answer(task_id, "anna")

    with pytest.raises(Conflict, match="answered"):
        survey.answer(task_id, "anna", "dogs")
    assert survey.next("anna") is None


@pytest.mark.parametrize("answer", ["", "fish", "Cats", " cats"])
def test_an_answer_is_one_of_the_options_to_the_letter(survey: Survey, answer: str) -> None:
    task_id = survey.ask()
    with pytest.raises(Refused) as refusal:
        survey.answer(task_id, "anna", answer)

    assert refusal.value.code == "INVALID_ANSWER"
    survey.answer(task_id, "anna")


@pytest.mark.parametrize("task_id", ["", "nonsense", "01a20052-6d9d-7082-a589-e04ac2e53205"])
def test_an_unknown_task_is_not_found(survey: Survey, task_id: str) -> None:
    with pytest.raises(NotFound):
        survey.answer(task_id, "anna")


def test_another_account_s_task_is_not_found(survey: Survey) -> None:
    task_id = survey.ask()
    stranger = survey.new_account("stranger")

    with survey.store.begin() as tx, pytest.raises(NotFound):
        people.give_answer(tx, task_id, stranger.id, "anna", "cats")


def test_a_task_that_does_not_wait_for_people_takes_no_answer(survey: Survey) -> None:
    survey.has_people()
    queued = survey.ask(BY_MACHINES)
    running = survey.ask(BY_MACHINES)
    survey.start(running)
    canceled = survey.ask()
    with survey.store.begin() as tx:
        cancel(tx, canceled, survey.account.id, actor="test")

    for task_id in (queued, running, canceled):
        with pytest.raises(Conflict, match="does not wait"):
            survey.answer(task_id, "anna")


def test_a_person_may_say_how_sure_they_are(survey: Survey) -> None:
    task_id = survey.ask(needed=1)
    with survey.store.begin() as tx:
        people.give_answer(tx, task_id, survey.account.id, "anna", "cats", 0.7)

    result = survey.task(task_id).result
    assert result is not None
    assert result["answers"][0]["confidence"] == 0.7


def test_it_is_known_which_tasks_have_an_answer(survey: Survey) -> None:
    answered, open_ = survey.ask(), survey.ask()
    survey.answer(answered, "anna")

    with survey.store.read() as tx:
        assert people.answered_ids(tx, [answered, open_]) == {answered}
        assert people.answered_ids(tx, []) == set()


def test_many_people_at_once_are_shown_each_task_as_often_as_wanted(survey: Survey) -> None:
    ids = [survey.ask(needed=2) for _ in range(10)]
    start = Barrier(16)

    def take(number: int) -> list[str | None]:
        start.wait()
        return [survey.next(f"user {number}") for _ in range(3)]

    with ThreadPoolExecutor(16) as threads:
        shown = [task_id for took in threads.map(take, range(16)) for task_id in took if task_id]

    assert max(shown.count(task_id) for task_id in ids) <= 2
    drained = []
    for number in range(100, 120):
        while task_id := survey.next(f"user {number}"):
            drained.append(task_id)
    assert sorted(shown + drained) == sorted(ids * 2)


def test_many_answers_at_once_settle_a_task_once(survey: Survey) -> None:
    task_id = survey.ask()
    start = Barrier(12)

    def answer(number: int) -> bool:
        start.wait()
        try:
            survey.answer(task_id, f"user {number // 2}")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(12) as threads:
        accepted = list(threads.map(answer, range(12)))

    task = survey.task(task_id)
    assert (accepted.count(True), task.status) == (3, Status.COMPLETED)
    assert task.result is not None
    assert task.result["votes"] == {"cats": 3}
    assert survey.money() == (1000 - PRICE, 0)


def test_asking_people_leaves_the_status_alone(survey: Survey) -> None:
    survey.has_people()
    task = survey.task(survey.machines(*SPLIT))
    survey.answer(task.id, "anna", "birds")

    assert task.holder == PEOPLE
    assert survey.task(task.id).attempt == task.attempt
