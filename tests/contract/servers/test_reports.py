"""A server reports what became of a task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from shared.ids import new_id
from shared.tasks import dispatch
from shared.tasks.draft import Draft
from shared.tasks.task import transitions
from tests.contract.servers.conftest import refused, shortly
from tests.remote_servers import PASSWORD, TASKS, Remote
from workers.system.echo import ECHO

LINK = "https://social.example.org/@ada/1"


def steps(remote: Remote, link_id: str) -> int:
    """How many steps the task has taken."""
    query = select(func.count()).select_from(transitions).where(transitions.c.task_id == link_id)
    with remote.yard.store.read() as tx:
        return int(tx.execute(query).scalar_one())


def test_a_task_is_begun_and_completed(remote: Remote) -> None:
    link_id = remote.one()

    told = remote.told(remote.report(link_id, "running"))
    assert told == {"updated": True, "link_id": link_id}
    running = remote.row(link_id)
    assert (running.status, running.holder) == ("running", remote.server.plain_holder)
    assert running.started_at is not None

    remote.told(remote.report(link_id, "completed", link_post=LINK, link_profile="https://p"))
    done, shown = remote.row(link_id), remote.shown(link_id)
    assert done.started_at == running.started_at
    assert done.completed_at is not None
    assert (shown["link_post"], shown["link_profile"]) == (LINK, "https://p")
    assert done.result == {
        "link_profile": "https://p", "link_post": LINK, "note": "", "is_indexed": None,
    }  # fmt: skip


@pytest.mark.parametrize("status", ["completed", "failed"])
def test_a_task_may_end_without_having_been_begun(remote: Remote, status: str) -> None:
    link_id = remote.one()

    remote.told(remote.report(link_id, status, retryable=False))

    row = remote.row(link_id)
    assert row.status == status
    assert row.started_at is not None
    assert row.completed_at is not None


def test_a_failed_task_is_due_again_after_a_while(remote: Remote) -> None:
    link_id = remote.in_state("running")

    remote.told(remote.report(link_id, "failed", error_message="The site is down."))

    row = remote.row(link_id)
    assert (row.status, row.retry_count, row.server_id) == ("pending", 1, remote.server.id)
    assert row.not_before is not None
    assert row.error is not None
    assert row.error["message"] == "The site is down."


def test_a_failure_is_final_when_the_retries_are_used_up(remote: Remote) -> None:
    link_id = remote.one()
    seen = []
    for _ in range(4):
        remote.told(remote.report(link_id, "running"))
        remote.told(remote.report(link_id, "failed"))
        seen.append(remote.row(link_id).status)

    assert seen == ["pending", "pending", "pending", "failed"]


@pytest.mark.parametrize("state", ["queued", "running", "completed", "failed", "canceled"])
def test_more_can_be_told_of_a_task_whatever_its_status(remote: Remote, state: str) -> None:
    link_id = remote.in_state(state)
    before = steps(remote, link_id)

    remote.told(remote.report(link_id, note="Seen.", is_indexed=True, link_post=LINK))

    shown = remote.shown(link_id)
    assert shown["details"] == {"note": "Seen.", "is_indexed": True}
    assert (shown["status"], shown["link_post"], steps(remote, link_id)) == (state, LINK, before)


def test_what_is_empty_or_null_is_as_if_it_were_absent(remote: Remote) -> None:
    link_id = remote.in_state("running")
    remote.told(remote.report(link_id, link_post=LINK, note="Half."))
    empty = ("status", "link_post", "link_profile", "error_message", "note", "is_indexed")

    for nothing in ("", None):
        more = dict.fromkeys([*empty, "attempt", "journal", "retryable"], nothing)
        remote.told(remote.put(f"{TASKS}/{link_id}", json=more))

    shown = remote.shown(link_id)
    assert (shown["status"], shown["link_post"]) == ("running", LINK)
    assert shown["details"] == {"note": "Half."}


@pytest.mark.parametrize("status", ["running", "completed", "failed", "canceled"])
def test_the_same_report_ten_times_has_one_effect(remote: Remote, status: str) -> None:
    link_id = remote.one()
    said = {"note": "Once.", "retryable": False}
    first = remote.report(link_id, status, **said)
    before, moves = remote.row(link_id), steps(remote, link_id)

    again = [remote.report(link_id, status, **said) for _ in range(9)]

    assert {(a.status_code, a.text) for a in again} == {(200, first.text)}
    assert (remote.row(link_id), steps(remote, link_id)) == (before, moves)


def test_a_failure_that_is_told_again_costs_no_second_retry(remote: Remote) -> None:
    link_id = remote.in_state("running")

    for _ in range(3):
        remote.told(remote.report(link_id, "failed", error_message="busy"))

    assert (remote.row(link_id).status, remote.row(link_id).retry_count) == ("pending", 1)


@pytest.mark.parametrize("source", ["completed", "failed", "canceled"])
@pytest.mark.parametrize("target", ["running", "completed", "failed", "canceled"])
def test_a_task_that_is_over_stays_as_it_is(remote: Remote, source: str, target: str) -> None:
    link_id = remote.in_state(source)
    before = remote.row(link_id)

    answer = remote.report(link_id, target)

    if source == target:
        assert answer.status_code == 200
    else:
        refused(answer, 409, "illegal_transition")
    assert remote.row(link_id) == before


@pytest.mark.parametrize(
    "status", ["pending", "queued", "done", "RUNNING", " running", 5, True, [], {"is": "failed"}]
)
def test_a_status_that_cannot_be_reported_is_refused(remote: Remote, status: Any) -> None:
    link_id = remote.one()

    answer = remote.put(f"{TASKS}/{link_id}", json={"status": status, "note": "Not kept."})

    refused(answer, 400, "invalid_status")
    assert "running, completed, failed, canceled" in answer.get_json()["message"]
    assert remote.shown(link_id)["details"] is None


def test_another_servers_task_is_not_touched(remote: Remote, rival: Remote) -> None:
    link_id = rival.one()

    refused(remote.report(link_id, "completed"), 403, "not_your_task")

    assert rival.row(link_id).status == "queued"


def test_a_task_of_nobody_is_not_touched(remote: Remote) -> None:
    (link_id,) = remote.ordered()

    refused(remote.report(link_id, "completed"), 403, "not_your_task")


def an_echo(remote: Remote) -> str:
    """A task that is no link."""
    draft = Draft(
        account_id=remote.account.id, task_type=ECHO, payload={"content": 1}, dialect="buyers"
    )
    dispatch.submit(remote.yard, [draft])
    return draft.id


@pytest.mark.parametrize(
    "name",
    [
        lambda _: new_id(),
        an_echo,
        lambda _: "5",
        lambda _: "%00",
        lambda _: "%ff",
        lambda _: "x" * 5000,
        lambda remote: remote.one().upper(),
    ],
    ids=["unknown", "no link", "number", "NUL", "no UTF-8", "long", "capitals"],
)
def test_an_unknown_task_is_not_found(remote: Remote, name: Callable[[Remote], str]) -> None:
    refused(remote.report(name(remote), "completed"), 404, "not_found")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("note", "x" * 10_001), ("note", 5), ("note", "a\x00b"), ("note", ["a"]),
        ("error_message", "x" * 10_001), ("error_message", {}),
        ("link_post", "x" * 2_001), ("link_post", "\x00"), ("link_profile", False),
        ("is_indexed", "yes"), ("is_indexed", 1),
        ("attempt", 0), ("attempt", "1"), ("attempt", 1.5), ("attempt", 2**31),
        ("attempt", True), ("retryable", "no"),
        ("journal", []), ("journal", "x"), ("journal", {"a": "\x00"}),
        ("journal", {"a": "x" * 100_000}),
    ],
    ids=shortly,
)  # fmt: skip
def test_a_field_that_cannot_be_taken_is_named(remote: Remote, field: str, value: Any) -> None:
    link_id = remote.one()

    refused(remote.report(link_id, "completed", **{field: value}), 400, f"{field}: must ")

    assert remote.row(link_id).status == "queued"


def test_texts_may_be_long(remote: Remote) -> None:
    link_id = remote.one()
    said = {"note": "é" * 10_000, "error_message": "x" * 10_000, "link_post": "x" * 2_000}

    remote.told(remote.report(link_id, "failed", retryable=False, **said))

    shown = remote.shown(link_id)
    assert shown["details"] == {name: said[name] for name in ("note", "error_message")}
    assert shown["link_post"] == said["link_post"]


def test_what_a_server_thinks_of_time_and_names_counts_for_nothing(remote: Remote) -> None:
    link_id = remote.one()
    skewed = {"started_at": "1999-01-01T00:00:00Z", "completed_at": "2999-01-01T00:00:00Z"}
    body = {"status": "completed", "link_id": "5", "colour": "red", **skewed}

    remote.told(remote.put(f"{TASKS}/{link_id}", json=body))

    row = remote.row(link_id)
    assert row.started_at is not None
    assert row.completed_at is not None
    assert row.created_at <= row.started_at <= row.completed_at


def test_reports_never_hold_the_tasks_password(remote: Remote) -> None:
    link_id = remote.one()
    said = {"note": f"I typed {PASSWORD}.", "error_message": PASSWORD, "link_post": PASSWORD}

    remote.told(remote.report(link_id, "failed", journal={"typed": PASSWORD}, **said))

    row = remote.row(link_id)
    assert PASSWORD not in str((row.detail, row.error))
    assert "I typed" in remote.shown(link_id)["details"]["note"]


def test_what_an_attempt_wrote_down_is_shown_to_the_next(remote: Remote) -> None:
    link_id = remote.one()

    remote.told(remote.report(link_id, "failed", journal={"post": {"key": 7}}))

    assert remote.shown(link_id)["details"]["journal"] == {"post": {"key": 7}}


def test_a_request_without_a_body_changes_nothing(remote: Remote) -> None:
    link_id = remote.in_state("running")
    before = remote.row(link_id)

    remote.told(remote.put(f"{TASKS}/{link_id}"))

    assert remote.row(link_id) == before
