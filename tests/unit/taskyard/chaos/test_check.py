from __future__ import annotations

from collections.abc import Sequence

import pytest

from shared.accounts.ledger_entry import Book, Kind, LedgerEntry
from shared.tasks.status import Status
from taskyard.chaos.check import check
from taskyard.chaos.history import History, TaskRow
from taskyard.chaos.journal import Heard
from taskyard.chaos.timeline import Step
from taskyard.chaos.violation import Promise
from tests.unit.taskyard.chaos.histories import (
    BORN,
    CANCELED,
    DONE,
    RESCUED,
    RETRIED,
    STARTED,
    C,
    F,
    P,
    Q,
    R,
    X,
    books,
    entry,
    heard,
    history,
    moment,
    posting,
    question,
    step,
    task,
)

TOP_UP = posting(Kind.TOP_UP, None, 1000)
HELD = [*TOP_UP, *posting(Kind.HOLD, "a", 10)]
PAID = [*HELD, *posting(Kind.CAPTURE, "a", 10)]
REFUNDED = [*HELD, *posting(Kind.VOID, "a", 10)]
SECOND = {"attempt": 2, "result": {"content": "hello", "attempt": 2}}
FAILING = {"content": "hello", "fail_times": 1}
OVER = {"result": None, "error": {"code": "POISON"}}
DIED = (*STARTED, step(R, F, 1, 2, reason="worker process died"))


def promises(found: History) -> list[Promise]:
    return [violation.promise for violation in check(found)]


@pytest.mark.parametrize(
    ("row", "steps"),
    [
        (task(), DONE),
        (task(**SECOND, retry_count=1, payload=FAILING), RETRIED),
        (task(**SECOND), RESCUED),
        (task(status=Status.CANCELED, attempt=0, result=None), CANCELED),
        (task(status=Status.CANCELED, result=None), (*STARTED, step(R, X, 1, 2))),
        (task(status=Status.FAILED, **OVER), DIED),
    ],
    ids="completed retried rescued canceled stopped poison".split(),
)
def test_a_good_history_has_no_violation(row: TaskRow, steps: Sequence[Step]) -> None:
    assert check(history(row, steps)) == []


@pytest.mark.parametrize(
    ("row", "steps", "entries"),
    [
        (question(), DONE, PAID),
        (
            question(status=Status.FAILED, result=None, error={"code": "NO_CONSENSUS"}),
            (*STARTED, step(R, F, 1, 2)),
            REFUNDED,
        ),
        (question(status=Status.CANCELED, attempt=0, result=None), CANCELED, REFUNDED),
    ],
)
def test_a_good_history_of_a_paid_task_has_no_violation(
    row: TaskRow, steps: Sequence[Step], entries: Sequence[LedgerEntry]
) -> None:
    assert check(history(row, steps, books(entries))) == []


def test_what_was_accepted_and_is_not_there_is_lost() -> None:
    found = check(history(task(), accepted=frozenset({"a", "b"})))
    assert [(v.promise, v.task_id) for v in found] == [(Promise.LOST, "b")]


def test_what_is_stored_though_no_answer_came_is_no_violation() -> None:
    assert check(history(task(), accepted=frozenset())) == []


@pytest.mark.parametrize(
    ("status", "steps"),
    [(Status.PENDING, BORN[:1]), (Status.QUEUED, BORN), (Status.RUNNING, STARTED)],
)
@pytest.mark.parametrize("accepted", [frozenset({"a"}), frozenset()])
def test_what_never_ends_is_lost(
    status: Status, steps: Sequence[Step], accepted: frozenset[str]
) -> None:
    row = task(status=status, attempt=int(status is Status.RUNNING), result=None)
    assert promises(history(row, steps, accepted=accepted)) == [Promise.LOST]


BAD_STEPS = {
    "no transitions": ((), [Promise.ARROW]),
    "not born pending": ((step(None, Q), step(Q, R, 1), step(R, C, 1)), [Promise.ARROW]),
    "no such arrow": ((*BORN, step(Q, C, 1)), [Promise.ARROW, Promise.STALE, Promise.STALE]),
    "a gap": ((*BORN[:1], step(Q, R, 1), step(R, C, 1)), [Promise.ARROW]),
    "unknown words": ((*DONE, step(C, "gone", 1)), [Promise.ARROW, Promise.ARROW]),
    "row says otherwise": (STARTED, [Promise.ARROW]),
    "completed twice": ((*DONE, step(R, C, 1, 3)), [Promise.DUPLICATE, Promise.ARROW]),
    "left a final status": (
        (*DONE, step(C, P, 1), step(P, Q, 1), step(Q, R, 2), step(R, C, 2)),
        [Promise.DUPLICATE, Promise.STALE, Promise.ARROW],
    ),
    "started twice": (
        (*STARTED, step(R, P, 1), step(P, Q, 1), step(Q, R, 1), step(R, C, 1)),
        [Promise.DUPLICATE],
    ),
    "an attempt left out": ((*BORN, step(Q, R, 2), step(R, C, 2)), [Promise.STALE] * 2),
    "an old report": (
        (*STARTED, step(R, P, 1), step(P, Q, 1), step(Q, R, 2), step(R, C, 1)),
        [Promise.STALE, Promise.STALE],
    ),
    "retried later": (
        (*STARTED, step(R, F, 1, 2), step(F, P, 1, 3), step(P, Q, 1), step(Q, R, 2), step(R, C, 2)),
        [Promise.STALE, Promise.ARROW, Promise.END, Promise.END],
    ),
}


@pytest.mark.parametrize("name", BAD_STEPS)
def test_a_path_that_no_task_may_take_is_found(name: str) -> None:
    steps, expected = BAD_STEPS[name]
    assert sorted(promises(history(task(), steps))) == sorted(expected)


def test_failed_and_then_canceled_are_two_ends() -> None:
    row = task(status=Status.CANCELED, result=None)
    steps = (*STARTED, step(R, F, 1, 2), step(F, X, 1, 3))
    assert Promise.DUPLICATE in promises(history(row, steps))


@pytest.mark.parametrize(("started_at", "expected"), [(0.9, []), (2.0, [Promise.CANCEL])])
def test_nothing_starts_after_its_cancel_was_confirmed(
    started_at: float, expected: list[Promise]
) -> None:
    steps = (*BORN, step(Q, R, 1, started_at), step(R, C, 1, 3))
    assert promises(history(task(), steps, canceled={"a": moment(1)})) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"result": None}, [Promise.END]),
        ({"result": {"content": "another's", "attempt": 1}}, [Promise.END]),
        ({"result": {"content": "hello", "attempt": 7}}, [Promise.STALE]),
        ({"payload": FAILING}, [Promise.END]),
        ({"holder": "system-1@host/life"}, [Promise.END]),
        ({"retry_count": 1}, [Promise.END]),
    ],
)
def test_a_result_that_is_not_the_tasks_own_is_found(
    values: dict[str, object], expected: list[Promise]
) -> None:
    assert promises(history(task(**values))) == expected


def test_an_attempt_that_fails_unasked_is_found() -> None:
    row = task(**SECOND, retry_count=1)
    assert promises(history(row, RETRIED)) == [Promise.END]


def test_an_echo_never_fails_by_itself() -> None:
    row = task(status=Status.FAILED, result=None, error={"code": "HANDLER_ERROR"})
    assert promises(history(row, (*STARTED, step(R, F, 1, 2)))) == [Promise.END]


@pytest.mark.parametrize(
    "result",
    [
        {"answer": "negative", "answers": [{"annotator": "ann"}]},
        {"answer": "perhaps", "answers": [{"annotator": "ann"}]},
        {"answer": "positive", "answers": []},
        {"answer": "positive", "answers": [{"annotator": "ann"}, {"annotator": "ann"}]},
    ],
)
def test_an_answer_that_nobody_gave_is_found(result: dict[str, object]) -> None:
    found = promises(history(question(result=result), DONE, books(PAID)))
    assert set(found) == {Promise.END}


@pytest.mark.parametrize(
    "entries",
    [
        TOP_UP,
        HELD,
        REFUNDED,
        [*PAID, *posting(Kind.CAPTURE, "a", 10, "again")],
        [*PAID, *posting(Kind.VOID, "a", 10)],
        [*TOP_UP, *posting(Kind.HOLD, "a", 9), *posting(Kind.CAPTURE, "a", 9)],
        [*PAID, *posting(Kind.HOLD, "b", 10)],
        [*PAID, entry(Kind.VOID, Book.AVAILABLE, 10, "a")],
    ],
    ids="never|held|refunded|twice|both|cheaper|nobody's|half".split("|"),
)
def test_money_that_does_not_follow_the_task_is_found(entries: Sequence[LedgerEntry]) -> None:
    found = promises(history(question(), DONE, books(entries)))
    assert found
    assert set(found) == {Promise.LEDGER}


@pytest.mark.parametrize("values", [{"yard_sum_cents": 1}, {"balance_cents": 7}, {"held_cents": 7}])
def test_sums_that_are_not_those_of_the_entries_are_found(values: dict[str, int]) -> None:
    assert set(promises(history(question(), DONE, books(PAID, **values)))) == {Promise.LEDGER}


def test_a_free_task_moves_no_money() -> None:
    kept = books([*TOP_UP, *posting(Kind.HOLD, "a", 10), *posting(Kind.CAPTURE, "a", 10)])
    assert set(promises(history(task(), DONE, kept))) == {Promise.LEDGER}


def test_a_message_that_stays_in_a_queue_is_found() -> None:
    assert promises(history(task(), waiting=frozenset({"a"}))) == [Promise.BROKER]


ALL_TOLD = [heard("1", P), heard("2", Q), heard("3", R), heard("4", C)]


@pytest.mark.parametrize(
    "came",
    [None, ALL_TOLD, [*ALL_TOLD, *ALL_TOLD], [ALL_TOLD[0], *ALL_TOLD]],
    ids=["none can come", "each once", "each again", "one twice"],
)
def test_notices_that_come_once_or_again_in_their_order_are_good(came: list[Heard] | None) -> None:
    assert check(history(question(), DONE, books(PAID), heard=came)) == []


@pytest.mark.parametrize(
    ("came", "said"),
    [
        ([], "never told: pending, queued, running, completed"),
        (ALL_TOLD[:3], "never told: completed"),
        ([*ALL_TOLD, heard("5", C)], "told and never so: completed"),
        ([heard("9", F), *ALL_TOLD], "told and never so: failed"),
        (
            [*ALL_TOLD[1::-1], *ALL_TOLD[2:]],
            (
                "told as queued, pending, running, completed; "
                "it was pending, queued, running, completed"
            ),
        ),
    ],
    ids=["nothing", "one missing", "made twice", "made up", "overtaken"],
)
def test_a_notice_that_is_missing_or_overtaken_is_found(came: list[Heard], said: str) -> None:
    (found,) = check(history(question(), DONE, books(PAID), heard=came))
    assert (found.promise, found.task_id, found.sentence) == (Promise.NOTICES, "a", said)


def test_a_failure_that_is_tried_again_is_not_told() -> None:
    row = question(attempt=2, retry_count=1)
    told = [heard(str(n), status) for n, status in enumerate((P, Q, R, P, Q, R, C))]
    assert check(history(row, RETRIED, books(PAID), heard=told)) == []


def test_nobody_is_told_of_other_tasks_than_questions() -> None:
    assert check(history(task(), heard=[])) == []
