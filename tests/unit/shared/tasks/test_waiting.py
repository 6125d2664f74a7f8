"""Why a task waits: the first reason on its way, in a sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.tasks.line import FARTHEST, Place
from shared.tasks.mutex import Busy, Closure
from shared.tasks.reason import Reason
from shared.tasks.rules import Rule, RuleKey, Scope
from shared.tasks.status import FINAL, Status
from shared.tasks.task import PEOPLE
from shared.tasks.waiting import Applied, Facts, decide
from tests.a_task import NOON, a_task

LATER = NOON + timedelta(minutes=5)
ECHO_QUEUE = RuleKey(Scope.QUEUE, "echo")
EARLY = {"due": False, "not_before": LATER}
BLOCKED = {"due": False, "blocked_by": 2, "after_policy": "all"}


def rule(**fields: Any) -> Rule:
    """A rule about the queue echo."""
    return Rule(key=fields.pop("key", ECHO_QUEUE), filled_at=NOON, updated_at=NOON, **fields)


PAUSED = Applied(rule(paused_at=NOON, paused_by="Ada"))
FULL = Applied(rule(max_running=2), 2)
EMPTY = Applied(rule(per_second=0.5, tokens=0.25))
NOT_YET_FULL = Applied(rule(max_running=3), 2)
OFF = Closure(mutex="device/1", until=LATER, reason="The device is offline.")
OUT = Closure(mutex="account/7", until=None, reason="The account ada is logged out.")
TAKEN = (Busy("device/1", "a task", 41), Busy("account/7", "another", 43))

REASONS: list[tuple[dict[str, Any], dict[str, Any], Reason]] = [
    ({}, {}, Reason.TURN),
    ({**BLOCKED, **EARLY}, {"is_known": False, "rules": (PAUSED,)}, Reason.PARENTS),
    (EARLY, {"is_known": False, "rules": (PAUSED, FULL)}, Reason.TIME),
    ({}, {"is_known": False, "rules": (PAUSED, FULL)}, Reason.TYPE),
    ({}, {"rules": (FULL, EMPTY, PAUSED)}, Reason.PAUSE),
    ({}, {"rules": (EMPTY,)}, Reason.LIMIT),
    ({}, {"rules": (NOT_YET_FULL, FULL)}, Reason.LIMIT),
    ({}, {"rules": (NOT_YET_FULL,)}, Reason.TURN),
    ({}, {"rules": (FULL,), "closures": (OFF,), "busy": TAKEN}, Reason.LIMIT),
    ({}, {"rules": (NOT_YET_FULL,), "closures": (OFF,)}, Reason.MUTEX),
    ({}, {"busy": TAKEN, "place": Place.of(3)}, Reason.MUTEX),
    (EARLY, {"closures": (OFF,)}, Reason.TIME),
    ({"due": False, "not_before": NOON}, {}, Reason.TURN),
    ({"due": True, "not_before": LATER}, {}, Reason.TURN),
]


@pytest.mark.parametrize(("row", "known", "reason"), REASONS)
def test_the_first_reason_on_the_way_is_told(
    row: dict[str, Any], known: dict[str, Any], reason: Reason
) -> None:
    found = decide(a_task(**row), Facts(now=NOON, **known))

    assert found is not None
    assert found.reason is reason


@pytest.mark.parametrize("status", sorted(FINAL))
def test_what_is_over_waits_for_nothing(status: Status) -> None:
    assert decide(a_task(status), Facts(now=NOON)) is None


def test_what_a_worker_runs_waits_for_nothing() -> None:
    assert decide(a_task(Status.RUNNING, holder="worker/1"), Facts(now=NOON)) is None


ONE, TWO = Place.of(1), Place.of(2)
MANY = Place.of(FARTHEST + 1)
OWN = RuleKey(Scope.TYPE, "ECHO", "an account")
ITSELF = RuleKey(Scope.ACCOUNT, "an account")
SENTENCES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (BLOCKED, {"parents": ("a", "b")}, "It waits until 2 tasks complete: a, b."),
    (BLOCKED, {"parents": ("a",)}, "It waits until 1 task completes: a."),
    (BLOCKED, {}, "It waits until 2 tasks complete."),
    (
        BLOCKED,
        {"parents": tuple("abcde")},
        "It waits until 5 tasks complete: a, b, c and 2 more.",
    ),
    (
        {**BLOCKED, "after_policy": "any"},
        {"parents": ("a", "b")},
        "It waits until one of 2 tasks completes: a, b.",
    ),
    (
        {**BLOCKED, "after_policy": "finished"},
        {"parents": ("a",)},
        "It waits until 1 task ends: a.",
    ),
    (EARLY, {}, "It is not to start before 2030-01-31 12:05:00 UTC."),
    (
        {**EARLY, "retry_count": 1},
        {},
        "It failed and is tried again at 2030-01-31 12:05:00 UTC: retry 1 of 3.",
    ),
    ({}, {"is_known": False}, "No process here knows the task type ECHO now."),
    (
        {},
        {"rules": (PAUSED,)},
        "The queue echo is paused since 2030-01-31 12:00:00 UTC, by Ada.",
    ),
    (
        {},
        {"rules": (Applied(rule(key=OWN, paused_at=NOON, paused_by="Ada")),)},
        "The type ECHO (for this account) is paused since 2030-01-31 12:00:00 UTC, by Ada.",
    ),
    (
        {},
        {"rules": (Applied(rule(key=ITSELF, max_running=1), 1),)},
        "The account may have 1 task running or handed out at once, and has 1.",
    ),
    ({}, {"rules": (EMPTY,)}, "Only 0.5 tasks a second of the queue echo are handed out."),
    (
        {},
        {"rules": (Applied(rule(key=ITSELF, per_second=1, tokens=0)),)},
        "Only 1 task a second of this account is handed out.",
    ),
    ({}, {"closures": (OFF,), "busy": TAKEN}, "The device is offline."),
    ({}, {"closures": (OUT, OFF)}, "The account ada is logged out."),
    ({}, {"busy": TAKEN}, "Task 41 has the device now."),
    ({}, {"busy": TAKEN, "place": ONE}, "Task 41 has the device now, and about 1 task goes first."),
    (
        {},
        {"busy": TAKEN[1:], "place": MANY},
        "Task 43 has the account now, and more than 1,000 tasks go first.",
    ),
    ({}, {}, "It is the next of its line: it waits for room in the queue echo."),
    ({}, {"place": ONE}, "About 1 task of the queue echo goes first."),
    ({}, {"place": MANY}, "More than 1,000 tasks of the queue echo go first."),
    (
        {"status": Status.QUEUED, "queued_at": NOON},
        {"place": TWO},
        (
            "It was handed out to the queue echo at 2030-01-31 12:00:00 UTC, behind 2 tasks; "
            "no worker has taken it yet."
        ),
    ),
    (
        {"status": Status.QUEUED, "queued_at": NOON},
        {"place": MANY},
        (
            "It was handed out to the queue echo at 2030-01-31 12:00:00 UTC, behind more than "
            "1,000 tasks; no worker has taken it yet."
        ),
    ),
    (
        {
            "status": Status.RUNNING,
            "holder": PEOPLE,
            "answers_wanted": 2,
            "deadline_at": LATER,
        },
        {"given": 1},
        "It waits for answers of people, until 2030-01-31 12:05:00 UTC: 1 of 3 are there.",
    ),
]


@pytest.mark.parametrize(("row", "known", "detail"), SENTENCES)
def test_the_reason_is_told_in_a_sentence(
    row: dict[str, Any], known: dict[str, Any], detail: str
) -> None:
    found = decide(a_task(**row), Facts(now=NOON, **known))

    assert found is not None
    assert found.detail == detail


def test_who_is_held_up_is_told_by_whom_and_until_when() -> None:
    busy = decide(a_task(), Facts(now=NOON, busy=TAKEN, place=TWO))
    closed = decide(a_task(), Facts(now=NOON, closures=(OFF,), busy=TAKEN, place=TWO))

    assert busy is not None
    assert (busy.task_ids, busy.place, busy.until) == (("a task", "another"), TWO, None)
    assert closed is not None
    assert (closed.task_ids, closed.place, closed.until) == (None, None, LATER)
