"""What the live table shows."""

from __future__ import annotations

from typing import Any

import pytest

from taskyard.client import Counts, Task
from taskyard.task_rows import LONGEST_CELL, fields_of, outcome_of, row_of, word_of
from taskyard.watching.board import board, fitted
from taskyard.watching.look import Look, per_second
from taskyard.watching.screen import Screen


def counts(**given: int) -> dict[str, int]:
    """So many tasks where."""
    words = ("pending", "queued", "running", "completed", "failed", "canceled")
    found = {word: given.get(word, 0) for word in words}
    return {"total": sum(found.values()), **found}


def seen(at: float, by_type: dict[str, dict[str, int]], *newest: Task) -> Look:
    """A look."""
    total = {word: sum(one[word] for one in by_type.values()) for word in counts()}
    return Look(at, Counts(total, by_type), newest)


def task(status: str = "COMPLETED", **changes: Any) -> Task:
    """A task."""
    moment = "2030-01-31T08:00:00.000Z"
    told = {
        "taskId": "t1",
        "type": "ECHO",
        "status": status,
        "costCents": 20,
        "priority": 5,
        "createdAt": moment,
        "updatedAt": moment,
        "completedAt": moment,
        "content": {"a": 1},
        **changes,
    }
    return Task.of(told)


ERROR = {"code": "BROKEN", "message": "It broke."}
CANCELED = {"code": "CANCELED", "message": "It was."}


def test_types_are_counted_and_summed_with_their_pace() -> None:
    before = seen(0.0, {"ECHO": counts(running=9), "POST": counts(completed=1)})
    now = seen(2.0, {"ECHO": counts(running=4, completed=5), "POST": counts(failed=1, completed=1)})

    assert [line.split() for line in board(now, before)] == [
        ["type", "pending", "queued", "running", "completed", "failed", "canceled", "ended/s"],
        ["ECHO", "0", "0", "4", "5", "0", "0", "2.5"],
        ["POST", "0", "0", "0", "1", "1", "0", "0.5"],
        ["all", "0", "0", "4", "6", "1", "0", "3.0"],
    ]


def test_the_first_look_knows_no_pace() -> None:
    (_, line) = board(seen(0.0, {"ECHO": counts(pending=1234)}), None)
    assert line.split() == ["ECHO", "1,234", "0", "0", "0", "0", "0", "-"]


def test_a_task_that_begins_anew_does_not_make_the_pace_negative() -> None:
    before, now = seen(0.0, {"ECHO": counts(failed=1)}), seen(1.0, {"ECHO": counts(pending=1)})
    assert per_second("ECHO", now, before) == 0.0
    assert per_second("ECHO", now, now) is None


def test_an_account_without_tasks_is_told_so() -> None:
    assert board(seen(0.0, {}), None) == ["There are no tasks."]
    assert seen(0.0, {}).is_idle


def test_the_newest_tasks_stand_below() -> None:
    lines = board(seen(0.0, {"ECHO": counts(completed=1)}, task(result={"said": "a"})), None)
    assert lines[-2:] == [
        "at        newest  type  status     outcome",
        '08:00:00  t1      ECHO  COMPLETED  {"said":"a"}',
    ]


def test_programs_get_the_same() -> None:
    before, now = seen(0.0, {"ECHO": counts()}), seen(1.0, {"ECHO": counts(completed=3)}, task())
    told = now.as_json(before)
    assert (told["perSecond"], told["total"]["completed"]) == ({"ECHO": 3.0}, 3)
    assert told["newest"][0]["taskId"] == "t1"


@pytest.mark.parametrize(
    ("shown", "word", "outcome"),
    [
        (task(result="hello"), "COMPLETED", "hello"),
        (task(result={"answer": "good", "votes": {}}), "COMPLETED", "good"),
        (task(result={"b": [1]}), "COMPLETED", '{"b":[1]}'),
        (task("PENDING"), "PENDING", None),
        (task("FAILED", error=ERROR), "FAILED", "BROKEN: It broke."),
        (task("FAILED", error=CANCELED), "CANCELED", None),
        (task(result="x\n" * 99), "COMPLETED", ("x " * 99)[: LONGEST_CELL - 1] + "…"),
    ],
    ids=["text", "answer", "object", "pending", "failed", "canceled", "long"],
)
def test_what_became_of_a_task_fits_into_a_cell(
    shown: Task, word: str, outcome: str | None
) -> None:
    assert (word_of(shown), outcome_of(shown)) == (word, outcome)
    assert row_of(shown)["outcome"] == outcome


def test_a_task_by_itself_says_what_it_waits_for() -> None:
    waiting = {"reason": "turn", "detail": "About 12 tasks go first."}
    fields = fields_of(task("PENDING", waitingFor=waiting, completedAt=None))
    assert (fields["waits_for"], fields["content"]) == ("About 12 tasks go first.", '{"a":1}')
    assert (fields["result"], fields["error"]) == (None, None)


def test_lines_are_cut_to_the_screen() -> None:
    assert fitted(["abcdef", "ab", "c"], 4, 3) == ["abc", "ab"]


def test_a_terminal_is_written_over_in_place(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(is_terminal=True)
    screen.show(["a", "b"])
    screen.show(["c"])
    assert capsys.readouterr().out == "a\x1b[K\nb\x1b[K\n\x1b[J\x1b[2Ac\x1b[K\n\x1b[J"


def test_what_is_no_terminal_is_told_what_changed(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(is_terminal=False)
    for lines in (["a", "b"], ["a", "b"], ["c"]):
        screen.show(lines)
    assert capsys.readouterr().out == "a\nb\nc\n"
