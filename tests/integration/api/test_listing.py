"""Lists of tasks: filters, order, and pages that neither miss nor repeat."""

from __future__ import annotations

from typing import Any

from tests.answering import give_machine_answers, run_now
from tests.gateway import TASKS, Bench, Caller

ECHO = {"type": "ECHO", "content": "hello"}


def listed(caller: Caller, query: str = "") -> list[str]:
    """The ids on the page that ``query`` asks for."""
    answer = caller.get(f"{TASKS}?{query}")
    assert answer.status_code == 200, answer.text
    return [task["taskId"] for task in answer.get_json()["tasks"]]


def test_tasks_are_listed_newest_first(buyer: Caller) -> None:
    ids = [buyer.submitted() for _ in range(3)]

    assert listed(buyer) == ids[::-1]


def test_pages_follow_each_other_without_gap_or_repeat(buyer: Caller) -> None:
    ids = [buyer.submit(ECHO).get_json()["taskId"] for _ in range(7)]
    seen: list[str] = []
    cursor = ""
    while True:
        page: dict[str, Any] = buyer.get(f"{TASKS}?limit=3{cursor}").get_json()
        seen += [task["taskId"] for task in page["tasks"]]
        buyer.submit(ECHO)  # newcomers do not shift the pages
        if page["nextCursor"] is None:
            break
        cursor = f"&cursor={page['nextCursor']}"

    assert seen == ids[::-1]


def test_a_page_that_just_fits_has_no_next(buyer: Caller) -> None:
    for _ in range(2):
        buyer.submitted()

    assert buyer.get(f"{TASKS}?limit=2").get_json()["nextCursor"] is None


def test_unknown_parameters_are_ignored(buyer: Caller) -> None:
    assert listed(buyer, "colour=blue") == []


def test_tasks_are_filtered_by_type_and_project(buyer: Caller) -> None:
    project = buyer.post("/api/v1/projects", json={"name": "reviews"}).get_json()["id"]
    inside = buyer.submitted(projectId=project)
    outside = buyer.submitted()
    echo = buyer.submit(ECHO).get_json()["taskId"]

    assert listed(buyer, "type=ECHO") == [echo]
    assert listed(buyer, f"projectId={project}") == [inside]
    assert listed(buyer, "type=SENTIMENT_ANALYSIS") == [outside, inside]
    assert listed(buyer, "type=HOROSCOPE") == []
    assert listed(buyer, "projectId=nowhere") == []


def test_tasks_are_filtered_by_the_words_they_are_shown_with(bench: Bench, buyer: Caller) -> None:
    waiting = buyer.submitted()
    running, validating = buyer.submitted(), buyer.submitted()
    run_now(bench.yard, [running, validating])
    give_machine_answers(bench.yard, validating, ["Positif"])
    canceled = buyer.submitted()
    buyer.delete(f"{TASKS}/{canceled}")

    assert listed(buyer, "status=PENDING") == [running, waiting]
    assert listed(buyer, "status=VALIDATING") == [validating]
    assert listed(buyer, "status=FAILED") == [canceled]
    assert listed(buyer, "status=COMPLETED") == []
    assert listed(buyer, "status=PENDING,VALIDATING") == [validating, running, waiting]
    assert listed(buyer, "status=FAILED,VALIDATING") == [canceled, validating]


def test_the_listed_word_is_the_read_word(bench: Bench, buyer: Caller) -> None:
    task_id = buyer.submitted()
    run_now(bench.yard, [task_id])
    give_machine_answers(bench.yard, task_id, ["Positif"])

    assert buyer.get(TASKS).get_json()["tasks"][0] == buyer.task(task_id)
    assert buyer.task(task_id)["status"] == "VALIDATING"
