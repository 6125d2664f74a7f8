"""The commands about tasks, on both stores: why, watch, pause, resume, limit, rules."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from shared.db import Store
from shared.errors import NotFound, Refused, Unavailable
from shared.ids import new_id
from shared.settings import Settings
from shared.tasks import control
from shared.tasks.registry import Registry
from shared.tasks.rules import RuleKey, Scope
from tests.command_line import Command, answer, command
from tests.memory_yard import MemoryYard
from workers.system.echo import ECHO

__all__ = ["command"]


@pytest.fixture
def yard(store: Store, settings: Settings) -> MemoryYard:
    """The yard of the account acme, whose type is one that every yard knows."""
    made = MemoryYard(store, settings)
    made.yard = replace(made.yard, registry=Registry({"ECHO": ECHO}))
    return made


def why(command: Command, task_id: str) -> dict[str, Any]:
    """What the command says of a task."""
    return dict(answer(command("why", task_id, "--json")))


def rules(command: Command) -> list[tuple[str, str, str]]:
    """Which rules there are."""
    listed = answer(command("rules", "--json"))
    return [(rule["owner"], rule["scope"], rule["name"]) for rule in listed]


def test_a_queued_task_waits_for_a_worker_and_a_broker(yard: MemoryYard, command: Command) -> None:
    task_id = yard.submit(ECHO)

    said = why(command, task_id)

    assert (said["status"], said["account"], said["type"]) == ("queued", "acme", "ECHO")
    assert (said["waiting_for"]["reason"], said["waiting_for"]["position"]) == ("worker", 0)
    assert said["notes"] == ["The broker does not answer; what it lost is sent again."]
    assert command("why", task_id).stdout == f"{said['sentence']} {said['notes'][0]}\n"


def test_a_running_task_says_who_runs_it(yard: MemoryYard, command: Command) -> None:
    running = yard.started(ECHO)

    said = why(command, running.id)

    assert said["sentence"].startswith("worker/1 runs it since ")
    assert "attempt 1, its lease ends " in said["sentence"]
    assert (said["waiting_for"], said["notes"]) == (None, [])


def test_a_final_task_says_how_it_ended(yard: MemoryYard, command: Command) -> None:
    completed, failed, canceled = yard.started(ECHO), yard.started(ECHO), yard.submit(ECHO)
    yard.completes(completed)
    yard.fails_for_good(failed)
    yard.cancel(canceled)

    assert why(command, completed.id)["sentence"].startswith("It completed at ")
    assert why(command, failed.id)["sentence"].endswith("(attempt 1): TASK_FAILED, broken")
    assert why(command, canceled)["sentence"].endswith("by tests (never started).")


def test_operators_numbers_are_understood_too(yard: MemoryYard, command: Command) -> None:
    completed = yard.started(ECHO)
    yard.completes(completed)
    number = str(yard.task(completed.id).number)

    assert why(command, number) == why(command, completed.id)
    assert command("watch", number).stdout == command("watch", completed.id).stdout


@pytest.mark.parametrize("name", ["why", "watch"])
def test_an_unknown_task_is_refused(yard: MemoryYard, command: Command, name: str) -> None:
    for task_id in ("nonsense", new_id(), "0", "77", "9" * 19, "9" * 5000):
        with pytest.raises(NotFound, match=task_id):
            command(name, task_id)


def test_a_pause_takes_back_and_a_resume_lets_go(yard: MemoryYard, command: Command) -> None:
    task_id = yard.submit(ECHO)

    said = command("pause", "queue", "echo").stdout

    assert said == "The queue echo is paused; no limits; 0 handed out or running.\n"
    waiting = why(command, task_id)["waiting_for"]
    assert waiting["reason"] == "pause"
    assert waiting["rule"] == {"scope": "queue", "name": "echo", "owner": "yard"}
    assert rules(command) == [("yard", "queue", "echo")]
    assert answer(command("resume", "queue", "echo", "--json"))["paused"] is False
    assert (why(command, task_id)["waiting_for"]["reason"], rules(command)) == ("turn", [])


def test_a_rule_may_concern_one_account_alone(yard: MemoryYard, command: Command) -> None:
    other = yard.submit(ECHO, account_id=yard.open_account("other").id)
    task_id = yard.submit(ECHO)

    paused = answer(command("pause", "type", "ECHO", "--account", "acme", "--json"))

    assert (paused["owner"], paused["paused_by"]) == (yard.account.id, "taskyard pause")
    assert why(command, task_id)["waiting_for"]["reason"] == "pause"
    assert why(command, other)["waiting_for"]["reason"] == "worker"
    assert "acme" in command("rules").stdout


def test_a_resume_names_the_pause_that_is_left(yard: MemoryYard, command: Command) -> None:
    key = RuleKey(Scope.ACCOUNT, yard.account.id, yard.account.id)
    control.pause(yard.yard, key, actor="user:Ada")

    first, second = command("resume", "account", "acme").stdout.splitlines()

    assert first == "The account acme is not paused; no limits; 0 handed out or running."
    assert second == "Another rule pauses it for acme (--account acme)."
    assert " for " not in command("pause", "account", "acme", "--account", "acme").stdout
    own = command("resume", "account", "acme", "--account", "acme").stdout
    assert own == "The account acme is not paused; no limits; 0 handed out or running.\n"
    assert rules(command) == []


def test_limits_are_set_one_by_one_and_lifted_together(yard: MemoryYard, command: Command) -> None:
    command("limit", "account", "acme", "--running", "2")
    said = command("limit", "account", "acme", "--per-second", "0.5").stdout

    assert "at most 2 at once, at most 0.5 a second" in said
    assert rules(command) == [("yard", "account", yard.account.id)]
    lifted = answer(command("limit", "account", "acme", "--none", "--json"))
    assert (lifted["max_running"], lifted["per_second"], rules(command)) == (None, None, [])


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--none", "--running", "2"),
        ("--running", "0"),
        ("--per-second", "0"),
        ("--per-second", "nan"),
    ],
)
def test_a_limit_that_limits_nothing_is_refused(
    yard: MemoryYard, command: Command, options: tuple[str, ...]
) -> None:
    assert command("limit", "queue", "echo", *options).exit_code == 2
    assert rules(command) == []


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (("queue", "nowhere"), "echo, "),
        (("type", "HOROSCOPE"), "ECHO, "),
        (("account", "nobody"), "taskyard account list"),
        (("queue", "echo", "--account", "nobody"), "taskyard account list"),
    ],
)
def test_what_nobody_knows_is_refused_with_what_is_known(
    yard: MemoryYard, command: Command, words: tuple[str, ...], known: str
) -> None:
    for name in ("pause", "resume"):
        with pytest.raises(Refused, match=known):
            command(name, *words)


def test_a_rule_about_one_account_is_no_other_accounts(yard: MemoryYard, command: Command) -> None:
    yard.open_account("other")
    with pytest.raises(Refused, match="leave out --account"):
        command("pause", "account", "acme", "--account", "other")


def test_every_step_is_watched_until_the_task_is_over(yard: MemoryYard, command: Command) -> None:
    running = yard.started(ECHO)
    yard.completes(running)

    told = command("watch", running.id, "--json")

    assert told.exit_code == 0
    steps = [json.loads(line) for line in told.stdout.splitlines()]
    assert [step["to"] for step in steps] == ["pending", "queued", "running", "completed"]
    assert command("watch", running.id).stdout.splitlines()[2].endswith("worker/1, attempt 1")


def test_watching_what_fails_or_is_canceled_ends_with_1(yard: MemoryYard, command: Command) -> None:
    running, canceled = yard.started(ECHO), yard.submit(ECHO)
    yard.fails_for_good(running)
    yard.cancel(canceled)

    failed = command("watch", running.id)
    assert (failed.exit_code, failed.stderr) == (
        1,
        "taskyard: the task failed with TASK_FAILED: broken\n",
    )
    assert command("watch", canceled).exit_code == 1


def test_a_retry_is_watched_as_such(yard: MemoryYard, command: Command) -> None:
    running = yard.started(ECHO)
    yard.fails(running)
    yard.cancel(running.id)

    told = command("watch", running.id).stdout.splitlines()

    assert [line.partition("pending")[2].partition(": ")[2] for line in told][-2:] == [
        f"retry 1 of {running.max_retries}",
        "",
    ]


def test_a_type_that_nobody_knows_is_not_submitted(yard: MemoryYard, command: Command) -> None:
    with pytest.raises(Refused, match=r"type: must be one of .*ECHO.*; not 'NOPE'\."):
        command("submit", "NOPE", "hello", "--account", "acme")


def test_nothing_is_submitted_for_a_disabled_account(yard: MemoryYard, command: Command) -> None:
    assert command("account", "disable", "acme").exit_code == 0
    with pytest.raises(Refused, match="account acme is disabled: `taskyard account set acme --en"):
        command("submit", "ECHO", "hello", "--account", "acme")


def test_submitting_without_a_gateway_is_refused(yard: MemoryYard, command: Command) -> None:
    with pytest.raises(Unavailable, match="The gateway does not answer"):
        command("submit", "ECHO", "hello", "--account", "acme")
