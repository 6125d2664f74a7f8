"""Operators pause and limit what is handed out."""

from __future__ import annotations

from typing import Any

import pytest

from shared.tasks import dispatch
from shared.tasks.status import Status
from tests.answering import HOLDER, run_now
from tests.gateway import Bench, Caller, open_account

RULES = "/api/v1/rules"
ECHO = {"type": "ECHO", "content": "hello"}


@pytest.fixture
def operator(bench: Bench, buyer: Caller) -> Caller:
    """An operator of the buyer's account."""
    return bench.caller(buyer.account, "operator", "Ada")


@pytest.fixture
def admin(bench: Bench) -> Caller:
    """Who runs the yard."""
    return bench.caller(open_account(bench.yard.store, "house"), "admin", "Root")


def echo(buyer: Caller) -> str:
    """A new task."""
    return str(buyer.submit(ECHO).get_json()["taskId"])


def changed(caller: Caller, path: str, **change: Any) -> dict[str, Any]:
    """The rule as it is after a change that was accepted."""
    answer = caller.put(f"{RULES}/{path}", json=change)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def names(caller: Caller, query: str = "") -> list[tuple[str, str, str]]:
    """What the caller's rules are about, and whose they are."""
    rules = caller.get(f"{RULES}{query}").get_json()["rules"]
    return [(rule["owner"], rule["scope"], rule["name"]) for rule in rules]


def waits_for(buyer: Caller, task_id: str) -> Any:
    """The reason why the task is not running."""
    return buyer.task(task_id)["waitingFor"]["reason"]


@pytest.mark.parametrize("path", ["queue/echo", "type/ECHO", "account/me"])
def test_a_pause_takes_back_what_is_queued_and_a_resume_lets_it_go(
    bench: Bench, buyer: Caller, operator: Caller, path: str
) -> None:
    task_id = echo(buyer)
    assert waits_for(buyer, task_id) == "worker"

    rule = changed(operator, path, paused=True)

    assert (rule["paused"], rule["pausedBy"], rule["running"]) == (True, "user:Ada", 0)
    assert rule["owner"] == buyer.account.id
    assert waits_for(buyer, task_id) == "pause"
    assert dispatch.claim(bench.yard, [task_id], HOLDER) == []
    assert changed(operator, path, paused=False)["pausedAt"] is None
    assert dispatch.release(bench.yard, "echo") == 1
    assert waits_for(buyer, task_id) == "worker"


def test_an_operator_may_name_its_account_by_its_id_or_name(
    buyer: Caller, operator: Caller
) -> None:
    made = changed(operator, f"account/{buyer.account.name}", paused=True)

    assert made["name"] == buyer.account.id
    for name in (buyer.account.name, buyer.account.id, "me"):
        assert operator.get(f"{RULES}/account/{name}").get_json() == made


def test_a_change_keeps_what_it_does_not_name_and_null_lifts(operator: Caller) -> None:
    changed(operator, "queue/echo", paused=True, maxRunning=2, perSecond=0.5)

    rule = changed(operator, "queue/echo", maxRunning=None)

    assert (rule["paused"], rule["maxRunning"], rule["perSecond"]) == (True, None, 0.5)
    assert operator.get(f"{RULES}/queue/echo").get_json() == rule


def test_a_limit_shows_how_many_run_under_it(bench: Bench, buyer: Caller, operator: Caller) -> None:
    running, waiting = echo(buyer), echo(buyer)
    changed(operator, "type/ECHO", paused=True, maxRunning=1)
    changed(operator, "type/ECHO", paused=False)
    assert dispatch.release(bench.yard, "echo") == 1
    assert [task.status for task in run_now(bench.yard, [running])] == [Status.RUNNING]

    assert operator.get(f"{RULES}/type/ECHO").get_json()["running"] == 1
    found = buyer.task(waiting)["waitingFor"]
    assert (found["reason"], found["limit"]) == ("limit", "maxRunning")
    assert (found["allowed"], found["running"]) == (1, 1)
    owner = buyer.account.id
    assert found["rule"] == {"scope": "type", "name": "ECHO", "owner": owner}


def test_a_removed_rule_holds_nothing_back(bench: Bench, buyer: Caller, operator: Caller) -> None:
    task_id = echo(buyer)
    changed(operator, "queue/echo", paused=True, maxRunning=1)

    assert operator.delete(f"{RULES}/queue/echo").status_code == 204

    assert names(operator) == []
    assert operator.get(f"{RULES}/queue/echo").status_code == 404
    assert operator.delete(f"{RULES}/queue/echo").status_code == 404
    assert waits_for(buyer, task_id) == "turn"


def test_an_operators_rules_concern_its_own_account_alone(
    bench: Bench, buyer: Caller, operator: Caller
) -> None:
    other = bench.caller(open_account(bench.yard.store, "other"), "operator")
    theirs = echo(other)

    changed(operator, "queue/echo", paused=True)

    assert waits_for(other, theirs) == "worker"
    assert names(other) == []
    assert waits_for(buyer, echo(buyer)) == "pause"


def test_an_admins_rules_concern_everybody_and_are_seen_by_whom_they_concern(
    bench: Bench, buyer: Caller, operator: Caller, admin: Caller
) -> None:
    other = bench.caller(open_account(bench.yard.store, "other"), "operator")
    changed(admin, "queue/echo", paused=True)
    changed(admin, f"account/{other.account.id}", maxRunning=5)
    changed(operator, "type/ECHO", maxRunning=5)

    assert waits_for(buyer, echo(buyer)) == "pause"
    assert buyer.task(echo(buyer))["waitingFor"]["rule"]["owner"] == "yard"
    mine = (buyer.account.id, "type", "ECHO")
    assert names(operator) == [("yard", "queue", "echo"), mine]
    theirs = ("yard", "account", other.account.id)
    assert names(other) == [theirs, ("yard", "queue", "echo")]
    assert sorted(names(admin)) == sorted([theirs, ("yard", "queue", "echo"), mine])


def test_an_admin_may_make_a_rule_for_one_account(
    bench: Bench, buyer: Caller, operator: Caller, admin: Caller
) -> None:
    account = buyer.account
    rule = changed(admin, f"queue/echo?account={account.name}", paused=True)

    assert rule["owner"] == account.id
    assert names(operator) == names(admin, f"?account={account.id}")
    assert names(operator) == [(account.id, "queue", "echo")]
    assert waits_for(buyer, echo(buyer)) == "pause"
    assert changed(operator, "queue/echo", paused=False)["paused"] is False


def test_an_operator_changes_no_rule_of_the_yard(operator: Caller, admin: Caller) -> None:
    changed(admin, "queue/echo", paused=True)

    assert operator.delete(f"{RULES}/queue/echo").status_code == 404
    changed(operator, "queue/echo", paused=False)

    assert admin.get(f"{RULES}/queue/echo").get_json()["paused"] is True


def test_other_accounts_do_not_exist_for_an_operator(bench: Bench, operator: Caller) -> None:
    other = open_account(bench.yard.store, "other")

    for path in (
        f"account/{other.id}",
        f"queue/echo?account={other.id}",
        "account/nobody",
        "account/other",
    ):
        answer = operator.put(f"{RULES}/{path}", json={"paused": True})
        assert (answer.status_code, answer.get_json()["code"]) == (404, "NOT_FOUND")
    assert operator.get(f"{RULES}?account={other.name}").status_code == 404


@pytest.mark.parametrize("path", ["account/nobody", "queue/echo?account=nobody"])
def test_an_account_that_does_not_exist_has_no_rules(admin: Caller, path: str) -> None:
    assert admin.put(f"{RULES}/{path}", json={"paused": True}).status_code == 404
    assert names(admin) == []


@pytest.mark.parametrize(
    ("path", "change", "code", "word"),
    [
        ("queue/nowhere", {"paused": True}, "INVALID_FIELD", "one of echo, "),
        ("type/HOROSCOPE", {"paused": True}, "INVALID_FIELD", "one of ECHO, "),
        ("tenant/me", {"paused": True}, "INVALID_FIELD", "one of queue, type, account"),
        ("queue/echo", {}, "MISSING_FIELDS", "paused, maxRunning, perSecond"),
        ("queue/echo", {"color": "red"}, "MISSING_FIELDS", "paused, maxRunning, perSecond"),
        ("queue/echo", {"paused": "yes"}, "INVALID_FIELD", "true or false"),
        ("queue/echo", {"paused": None}, "INVALID_FIELD", "true or false"),
        ("queue/echo", {"paused": 1}, "INVALID_FIELD", "true or false"),
        ("queue/echo", {"maxRunning": 0}, "INVALID_FIELD", "whole number"),
        ("queue/echo", {"maxRunning": 1.5}, "INVALID_FIELD", "whole number"),
        ("queue/echo", {"perSecond": 0}, "INVALID_FIELD", "above 0"),
        ("queue/echo", {"perSecond": "5"}, "INVALID_FIELD", "above 0"),
        ("queue/echo", {"perSecond": 1e9}, "INVALID_FIELD", "above 0"),
        ("queue/echo", [], "INVALID_JSON", "object"),
        ("queue/%00", {"paused": True}, "NOT_FOUND", "no such queue"),
    ],
)
def test_what_cannot_be_is_refused(
    operator: Caller, path: str, change: Any, code: str, word: str
) -> None:
    answer = operator.put(f"{RULES}/{path}", json=change)

    assert answer.get_json()["code"] == code
    assert word in answer.get_json()["detail"]
    assert names(operator) == []
