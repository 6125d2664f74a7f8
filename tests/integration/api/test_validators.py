"""People answer, through the API."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from shared.accounts.account import accounts
from shared.db import Store
from shared.tasks.task import tasks
from tests.answering import machines_say
from tests.gateway import REVIEW, TASKS, Bench, Caller, open_account
from tests.servers import eventually

PICTURE = {
    "type": "IMAGE_CLASSIFICATION",
    "content": "https://example.org/cat.jpg",
    "options": ["cat", "dog"],
    "validationsNeeded": 2,
}
NEXT = "/api/v1/validations/next"


def answer(validator: Caller, task_id: str, said: str = "cat", **more: object) -> tuple[int, str]:
    """The status and, where there is one, the code of an answer given."""
    got = validator.post(f"{TASKS}/{task_id}/answers", json={"answer": said, **more})
    return got.status_code, got.get_json().get("code", "")


@pytest.fixture
def people(bench: Bench, buyer: Caller) -> list[Caller]:
    """Four validators of the buyer's account."""
    names = ("Ada", "Ben", "Cleo", "Dan")
    return [bench.caller(buyer.account, "validator", name) for name in names]


@pytest.fixture
def picture(people: list[Caller], buyer: Caller) -> str:
    """A question for people."""
    return str(buyer.submit(PICTURE).get_json()["taskId"])


def test_there_may_be_nothing_to_answer(people: list[Caller]) -> None:
    got = people[0].get(NEXT)

    assert (got.status_code, got.data) == (204, b"")


def test_a_question_is_shown_without_what_others_said(people: list[Caller], picture: str) -> None:
    answer(people[1], picture)

    question = people[0].get(NEXT).get_json()

    assert question == {
        "taskId": picture,
        "type": "IMAGE_CLASSIFICATION",
        "content": "https://example.org/cat.jpg",
        "options": ["cat", "dog"],
        "locale": "en",
        "createdAt": question["createdAt"],
    }


def test_nobody_is_shown_a_question_twice(people: list[Caller], picture: str) -> None:
    assert people[0].get(NEXT).get_json()["taskId"] == picture
    assert people[0].get(NEXT).status_code == 204


def test_people_that_agree_settle_a_question(
    buyer: Caller, people: list[Caller], picture: str
) -> None:
    assert buyer.task(picture)["status"] == "PENDING"
    assert answer(people[0], picture) == (201, "")
    assert buyer.task(picture)["status"] == "VALIDATING"
    assert answer(people[1], picture, confidence=0.7) == (201, "")

    task = buyer.task(picture)
    assert (task["status"], task["result"]["answer"]) == ("COMPLETED", "cat")
    assert [said["annotator"] for said in task["result"]["answers"]] == ["Ada", "Ben"]
    assert {said["kind"] for said in task["result"]["answers"]} == {"human"}


def test_a_second_answer_of_the_same_person_is_a_conflict(
    people: list[Caller], picture: str
) -> None:
    answer(people[0], picture)

    assert answer(people[0], picture, "dog") == (409, "CONFLICT")


def test_an_answer_to_a_settled_question_is_a_conflict(people: list[Caller], picture: str) -> None:
    answer(people[0], picture)
    answer(people[1], picture)

    assert answer(people[2], picture) == (409, "CONFLICT")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"answer": "bird"}, "INVALID_ANSWER"),
        ({"answer": "Cat"}, "INVALID_ANSWER"),
        ({}, "MISSING_FIELDS"),
        ({"answer": None}, "MISSING_FIELDS"),
        ({"answer": 5}, "INVALID_FIELD"),
        ({"answer": "cat", "confidence": 1.1}, "INVALID_FIELD"),
        ({"answer": "cat", "confidence": -0.1}, "INVALID_FIELD"),
        ({"answer": "cat", "confidence": "1"}, "INVALID_FIELD"),
        ({"answer": "cat", "confidence": True}, "INVALID_FIELD"),
    ],
)
def test_an_answer_that_is_none_is_refused(
    people: list[Caller], picture: str, said: dict[str, object], code: str
) -> None:
    got = people[0].post(f"{TASKS}/{picture}/answers", json=said)

    assert (got.status_code, got.get_json()["code"]) == (400, code)


def test_people_of_another_account_do_not_see_the_question(bench: Bench, picture: str) -> None:
    other = open_account(bench.yard.store, "other")
    stranger = bench.caller(other, "validator", "Eve")

    assert stranger.get(NEXT).status_code == 204
    assert answer(stranger, picture) == (404, "NOT_FOUND")


def test_what_machines_leave_undecided_goes_to_people(
    bench: Bench, buyer: Caller, people: list[Caller]
) -> None:
    task_id = buyer.submit(REVIEW).get_json()["taskId"]
    machines_say(bench.yard, task_id, ["Positif", "Négatif", "Neutre"])
    assert buyer.task(task_id)["status"] == "VALIDATING"

    assert people[0].get(NEXT).get_json()["taskId"] == task_id
    answer(people[0], task_id, "Positif")

    assert buyer.task(task_id)["result"]["answer"] == "Positif"


def test_a_canceled_question_is_shown_to_nobody(
    buyer: Caller, people: list[Caller], picture: str
) -> None:
    assert buyer.delete(f"{TASKS}/{picture}").get_json()["error"]["code"] == "CANCELED"

    assert people[0].get(NEXT).status_code == 204
    assert answer(people[0], picture) == (409, "CONFLICT")


def is_somebody_waiting(store: Store) -> bool:
    """Whether a PostgreSQL transaction waits for a row."""
    with store.read() as tx:
        return tx.first(text("SELECT 1 FROM pg_locks WHERE NOT granted")) is not None


def test_an_answer_that_waits_crosswise_with_another_writer_is_kept(
    buyer: Caller, people: list[Caller], picture: str, store: Store
) -> None:
    answer(people[0], picture)
    account = select(accounts).where(accounts.c.id == buyer.account.id).with_for_update()
    task = select(tasks).where(tasks.c.id == picture).with_for_update()
    with ThreadPoolExecutor(1) as another:
        with store.begin() as tx:
            tx.execute(account)
            given = another.submit(answer, people[1], picture)
            if store.dialect == "postgresql":
                eventually(lambda: is_somebody_waiting(store))
                tx.execute(task)
        assert given.result() == (201, "")
    assert buyer.task(picture)["status"] == "COMPLETED"
