from __future__ import annotations

from dataclasses import replace

import orjson

from shared.tasks.status import Status
from taskyard.chaos import kinds
from taskyard.chaos.fault import Strike
from taskyard.chaos.journal import Journal
from taskyard.chaos.report import MOST_SHOWN, as_json, as_table
from taskyard.chaos.verdict import Verdict, judge
from taskyard.chaos.violation import Rule
from tests.unit.taskyard.chaos.histories import DONE, RESCUED, history, moment, step, task

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


def spoilt() -> Verdict:
    """The verdict on a task that was completed twice."""
    return judge(history(task(), (*DONE, step("running", "completed", 1, 3))), noted(), [])


def test_the_figures_are_those_of_the_history_and_of_the_load() -> None:
    verdict = judge(history(RESCUED_TASK, RESCUED), noted(), [])
    assert verdict.is_clean
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
    assert verdict.figures.items() >= expected.items()


def test_retries_are_no_extra_attempts() -> None:
    row = replace(RESCUED_TASK, retry_count=1)
    assert judge(history(row, RESCUED), noted(), []).figures["extra attempts"] == 0


def test_what_is_stored_without_an_answer_is_counted() -> None:
    verdict = judge(history(task(), accepted=frozenset()), noted(), [])
    assert verdict.figures["of these stored"] == 1


def test_a_kind_of_fault_is_told_by_its_longest_recovery() -> None:
    strikes = [struck(1.25), struck(1.5, until=5), struck(20)]
    (row,) = judge(history(RESCUED_TASK, RESCUED), noted(), strikes).recoveries
    assert (row.done, row.longest_seconds, row.unseen) == (3, 8.75, 1)
    assert (row.overtaken, row.longest_overtaken_seconds) == (1, 8.5)
    assert row.is_within_bound


def test_a_bound_missed_is_marked_and_is_no_violation() -> None:
    steps = (*RESCUED[:-2], step("queued", "running", 2, 60), step("running", "completed", 2, 61))
    verdict = judge(history(RESCUED_TASK, steps), noted(), [struck(1.5)])
    assert verdict.is_clean
    assert any("58.5 s" in line and "beyond its bound" in line for line in as_table(verdict))


def test_a_restart_that_was_not_to_be_is_told() -> None:
    cut = Strike(
        kind=kinds.CONNECTIONS_CUT,
        struck_at=moment(0),
        healed_at=moment(0),
        restarted=("gateway",),
    )
    verdict = judge(history(task()), noted(), [cut])
    assert not verdict.recoveries[0].is_within_bound
    assert any("restarted: gateway" in line for line in as_table(verdict))


def test_a_surprising_answer_is_a_violation() -> None:
    journal = noted()
    journal.note_surprise("a submit was answered 500")
    verdict = judge(history(task()), journal, [])
    assert [violation.rule for violation in verdict.violations] == [Rule.ANSWER]


def test_a_violation_is_shown_with_its_tasks_transitions() -> None:
    lines = as_table(spoilt())
    at = lines.index("DUPLICATE EFFECTS: task a: it ended 2 times: completed, completed")
    assert "(new) → pending" in lines[at + 1]
    assert "running → completed" in lines[at + 4]


def test_many_violations_are_cut_short_in_the_table_alone() -> None:
    accepted = frozenset(f"lost-{n}" for n in range(MOST_SHOWN + 5))
    verdict = judge(history(task(), accepted=accepted), noted(), [])
    assert as_table(verdict)[-1] == "… and 5 more (--json has all of them)"
    assert len(as_json(verdict)["violations"]) == MOST_SHOWN + 5


def test_json_holds_the_figures_the_faults_and_the_violations() -> None:
    told = orjson.loads(orjson.dumps(as_json(spoilt())))
    assert told["clean"] is False
    assert told["accepted"] == 1
    assert told["duplicate_effects"] == 1
    rules = {violation["rule"] for violation in told["violations"]}
    assert rules == {"duplicate effects", "arrows broken"}
    assert told["violations"][0]["transitions"][-1]["to"] == Status.COMPLETED
    strikes = [struck(0.5), struck(1.5)]
    told = as_json(judge(history(RESCUED_TASK, RESCUED), noted(), strikes))
    assert told["faults"][0]["longest_recovery_seconds"] == 8.5
