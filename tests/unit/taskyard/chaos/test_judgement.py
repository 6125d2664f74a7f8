from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from shared.tasks.status import Status
from taskyard.chaos import kinds
from taskyard.chaos.fault import Strike
from taskyard.chaos.journal import Journal
from taskyard.chaos.judgement import Judgement, judge
from taskyard.chaos.plan import Plan
from taskyard.chaos.report import MOST_SHOWN, as_json, as_table
from taskyard.chaos.violation import Promise
from tests.unit.taskyard.chaos.histories import DONE, RESCUED, heard, history, moment, step, task

PLAN = Plan(rate=0.5, seed=7, minutes=2, account="chaos-1")
RESCUED_TASK = task(attempt=2, result={"content": "hello", "attempt": 2})


def noted() -> Journal:
    """What a load saw of one task."""
    journal = Journal()
    journal.note_accepted(["a"], moment(0), moment(0))
    journal.note_refused(2)
    journal.note_unknown(3)
    journal.note_repeated()
    return journal


def struck(at: float, until: float | None = None) -> Strike:
    return Strike(
        kind=kinds.WORKER_KILLED,
        struck_at=moment(at),
        healed_at=moment(at),
        holder="system-1@host/",
        until=None if until is None else moment(until),
    )


def spoilt() -> Judgement:
    """The judgement on a task that was completed twice."""
    return judge(history(task(), (*DONE, step("running", "completed", 1, 3))), noted(), [])


def test_the_figures_are_those_of_the_history_and_of_the_load() -> None:
    judgement = judge(history(RESCUED_TASK, RESCUED), noted(), [])
    assert judgement.is_clean
    expected = {
        "accepted": 1,
        "completed": 1,
        "failed": 0,
        "canceled": 0,
        "submits refused": 2,
        "submits without an answer": 3,
        "of these stored": 0,
        "messages repeated": 1,
        "lost": 0,
        "duplicate effects": 0,
        "stale writes": 0,
        "arrows broken": 0,
        "ledger off": 0,
        "extra attempts": 1,
    }
    assert judgement.figures.items() >= expected.items()


def test_retries_are_no_extra_attempts() -> None:
    row = replace(RESCUED_TASK, retry_count=1)
    assert judge(history(row, RESCUED), noted(), []).figures["extra attempts"] == 0


def test_a_notice_that_came_again_is_counted_once() -> None:
    came = [heard("1", "queued"), heard("2", "running"), heard("1", "queued", 9)]
    judgement = judge(history(task(), heard=came), noted(), [])
    assert judgement.figures["notices heard"] == 2


def test_what_is_stored_without_an_answer_is_counted() -> None:
    judgement = judge(history(task(), accepted=frozenset()), noted(), [])
    assert judgement.figures["of these stored"] == 1


def test_a_kind_of_fault_is_told_by_its_longest_recovery() -> None:
    strikes = [struck(1.25), struck(1.5, until=5), struck(20)]
    (row,) = judge(history(RESCUED_TASK, RESCUED), noted(), strikes).recoveries
    assert (row.done, row.longest_seconds, row.unseen) == (3, 8.75, 1)
    assert (row.overtaken, row.longest_overtaken_seconds) == (1, 8.5)
    assert row.is_within_bound


def test_a_bound_missed_is_marked_and_is_no_violation() -> None:
    steps = (*RESCUED[:-2], step("queued", "running", 2, 60), step("running", "completed", 2, 61))
    judgement = judge(history(RESCUED_TASK, steps), noted(), [struck(1.5)])
    assert judgement.is_clean
    assert any(
        "58.5 s" in line and "beyond its bound" in line for line in as_table(PLAN, judgement)
    )


def test_a_restart_that_was_not_to_be_is_told() -> None:
    cut = Strike(
        kind=kinds.CONNECTIONS_CUT,
        struck_at=moment(0),
        healed_at=moment(0),
        restarted=("gateway",),
    )
    judgement = judge(history(task()), noted(), [cut])
    assert not judgement.recoveries[0].is_within_bound
    assert any("restarted: gateway" in line for line in as_table(PLAN, judgement))


def test_a_surprising_answer_is_a_violation() -> None:
    journal = noted()
    journal.note_surprise("a submit was answered 500")
    judgement = judge(history(task()), journal, [])
    assert [violation.promise for violation in judgement.violations] == [Promise.ANSWER]


def test_a_violation_is_shown_with_its_tasks_transitions() -> None:
    lines = as_table(PLAN, spoilt())
    at = lines.index("DUPLICATE EFFECTS: task a: it ended 2 times: completed, completed")
    assert "(new) → pending" in lines[at + 1]
    assert "running → completed" in lines[at + 4]


def test_many_violations_are_cut_short_in_the_table_alone() -> None:
    accepted = frozenset(f"lost-{n}" for n in range(MOST_SHOWN + 5))
    judgement = judge(history(task(), accepted=accepted), noted(), [])
    assert as_table(PLAN, judgement)[-3] == "… and 5 more (--json has all of them)"
    assert len(as_json(PLAN, judgement)["violations"]) == MOST_SHOWN + 5


def test_json_holds_the_figures_the_faults_and_the_violations() -> None:
    told = orjson.loads(orjson.dumps(as_json(PLAN, spoilt())))
    assert told["clean"] is False
    assert told["accepted"] == 1
    assert told["duplicate_effects"] == 1
    promises = {violation["promise"] for violation in told["violations"]}
    assert promises == {"duplicate effects", "arrows broken"}
    assert told["violations"][0]["transitions"][-1]["to"] == Status.COMPLETED
    strikes = [struck(0.5), struck(1.5)]
    told = as_json(PLAN, judge(history(RESCUED_TASK, RESCUED), noted(), strikes))
    assert told["faults"][0]["longest_recovery_seconds"] == 8.5


def test_a_run_can_be_repeated_from_what_is_told() -> None:
    judgement = judge(history(task()), noted(), [])
    terms = [line.split() for line in as_table(PLAN, judgement)[:4]]
    assert terms == [
        ["account", "chaos-1"],
        ["seed", "7"],
        ["tasks", "a", "second", "0.5"],
        ["minutes", "2"],
    ]
    told = as_json(PLAN, judgement)
    assert told.items() >= {"account": "chaos-1", "seed": 7, "rate": 0.5, "minutes": 2}.items()


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (0, "Every promise was kept."),
        (1, "1 promise was broken."),
        (2, "2 promises were broken."),
    ],
)
def test_the_last_line_says_whether_every_promise_was_kept(lost: int, said: str) -> None:
    accepted = frozenset(f"lost-{n}" for n in range(lost))
    assert as_table(PLAN, judge(history(task(), accepted=accepted), noted(), []))[-1] == said


@pytest.mark.parametrize(("strikes", "is_said"), [([], True), ([struck(1.5)], False)])
def test_a_run_too_short_for_any_fault_says_so(strikes: list[Strike], is_said: bool) -> None:
    lines = as_table(PLAN, judge(history(RESCUED_TASK, RESCUED), noted(), strikes))
    assert ("No fault fitted into that time." in lines) is is_said
