"""What servers report: every step, once, with money and retries as for everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from scheduler.release_due import ReleaseDue
from shared.clock import FakeClock
from shared.links.outcome import journal_of, known_of
from shared.servers import reporting
from shared.servers.report import Report
from shared.servers.word import Word
from shared.tasks import dispatch
from shared.tasks.status import Status
from tests.fleet_yard import RETRY_SECONDS, FleetYard
from tests.memory_yard import in_threads

P, Q, R, C, F, X = Status
LINKS: dict[str, Any] = {
    "link_profile": "https://a.example/@ann",
    "link_post": "https://a.example/@ann/1",
}


def test_the_plain_contract_leads_from_queued_to_completed(
    fleet: FleetYard, clock: FakeClock
) -> None:
    server = fleet.add()
    (task_id,) = fleet.assigned(server, cost_cents=20)
    assert fleet.report(server, task_id, "running") is None
    running = fleet.task(task_id)
    assert (running.status, running.started_at, running.attempt) == (R, clock.now(), 1)
    assert running.lease_expires_at == clock.now() + timedelta(hours=24)
    assert fleet.report(server, task_id, "completed", **LINKS) is None
    done = fleet.task(task_id)
    assert (done.status, done.completed_at) == (C, clock.now())
    assert done.result == {**LINKS, "note": "", "is_indexed": None}
    assert fleet.steps(task_id) == [P, Q, R, C]
    assert fleet.money() == (9_980, 0)


@pytest.mark.parametrize("status", ["completed", "failed"])
def test_who_skips_running_is_written_as_having_begun(fleet: FleetYard, status: str) -> None:
    server = fleet.add()
    (task_id,) = fleet.assigned(server, max_retries=0)
    assert fleet.report(server, task_id, status) is None
    task = fleet.task(task_id)
    assert fleet.steps(task_id) == [P, Q, R, Status(status)]
    assert task.started_at == task.completed_at is not None


def test_a_pending_retry_may_be_completed_at_once(fleet: FleetYard) -> None:
    server = fleet.add()
    task = fleet.claimed(server)
    fleet.report(server, task.id, "failed", attempt=1)
    assert fleet.status(task.id) is P
    assert fleet.report(server, task.id, "completed") is None
    assert fleet.steps(task.id) == [P, Q, R, F, P, Q, R, C]
    assert fleet.task(task.id).attempt == 2


def test_a_failure_is_tried_again_until_its_retries_are_used_up(
    fleet: FleetYard, clock: FakeClock
) -> None:
    server = fleet.add()
    task = fleet.claimed(server, cost_cents=20)
    for attempt in range(1, 5):
        assert fleet.report(server, task.id, "failed", attempt=attempt, error_message="no") is None
        now = fleet.task(task.id)
        if attempt <= 3:
            assert (now.status, now.retry_count, now.server_id) == (P, attempt, server.id)
            assert now.not_before == clock.now() + timedelta(seconds=RETRY_SECONDS)
            clock.advance(RETRY_SECONDS + 1)
            fleet.calls(server)
            ReleaseDue(clock)(fleet.yard)
            fleet.server_claims(server)
    assert (now.status, now.error) == (F, {"code": "SERVER_FAILED", "message": "no"})
    assert fleet.money() == (10_000, 0)


def test_a_failure_that_no_retry_helps_is_final(fleet: FleetYard) -> None:
    server = fleet.add()
    task = fleet.claimed(server)
    fleet.report(server, task.id, "failed", retryable=False)
    assert fleet.status(task.id) is F
    assert (fleet.task(task.id).error or {})["message"] != ""


def test_a_server_may_cancel_what_it_has(fleet: FleetYard) -> None:
    server = fleet.add()
    running = fleet.claimed(server, cost_cents=20)
    (queued,) = fleet.assigned(server, cost_cents=20)
    for task_id in (running.id, queued):
        assert fleet.report(server, task_id, "canceled") is None
        assert fleet.status(task_id) is X
    assert fleet.money() == (10_000, 0)


def test_a_report_said_ten_times_has_one_effect(fleet: FleetYard) -> None:
    server = fleet.add()
    task = fleet.claimed(server, cost_cents=20)
    answers = {fleet.report(server, task.id, "completed", attempt=1, **LINKS) for _ in range(10)}
    assert answers == {None}
    assert fleet.steps(task.id) == [P, Q, R, C]
    assert fleet.money() == (9_980, 0)


def test_a_failure_said_ten_times_is_one_retry(fleet: FleetYard) -> None:
    server = fleet.add()
    task = fleet.claimed(server)
    answers = {fleet.report(server, task.id, "failed", attempt=1) for _ in range(10)}
    assert answers == {None}
    assert fleet.task(task.id).retry_count == 1


def test_a_failure_said_ten_times_of_what_is_to_stop_stops_it_once(fleet: FleetYard) -> None:
    server = fleet.add()
    task = fleet.claimed(server)
    fleet.cancel(task.id)
    answers = {fleet.report(server, task.id, "failed", attempt=1) for _ in range(10)}
    assert answers == {None}
    assert fleet.steps(task.id) == [P, Q, R, F, P, X]


def test_reports_at_once_have_one_effect(fleet: FleetYard) -> None:
    server = fleet.add()
    task = fleet.claimed(server, cost_cents=20)
    words = in_threads(8, lambda n: fleet.report(server, task.id, "completed", attempt=1))
    assert words == [None] * 8
    assert fleet.steps(task.id) == [P, Q, R, C]
    assert fleet.money() == (9_980, 0)


def test_what_is_said_stays_and_the_last_word_counts(fleet: FleetYard) -> None:
    server = fleet.add()
    task = fleet.claimed(server)
    fleet.report(server, task.id, note="began", link_profile="https://a.example/@ann")
    fleet.report(server, task.id, "completed", note="done")
    known = known_of(fleet.task(task.id))
    assert (known.link_profile, known.link_post) == ("https://a.example/@ann", "")
    assert known.note == "done"


def test_texts_may_follow_when_all_is_over(fleet: FleetYard) -> None:
    server = fleet.add()
    task = fleet.claimed(server)
    fleet.report(server, task.id, "completed", **LINKS)
    assert fleet.report(server, task.id, is_indexed=True, note="seen") is None
    done = fleet.task(task.id)
    assert done.result == {**LINKS, "note": "seen", "is_indexed": True}
    assert done.status is C


def test_a_success_forgets_the_failures_message(fleet: FleetYard) -> None:
    server = fleet.add()
    task = fleet.claimed(server)
    fleet.report(server, task.id, "failed", attempt=1, error_message="no route")
    assert known_of(fleet.task(task.id)).error_message == "no route"
    fleet.report(server, task.id, "completed")
    assert known_of(fleet.task(task.id)).error_message == ""


def test_the_journal_goes_with_the_task_to_the_next_server(
    fleet: FleetYard, clock: FakeClock
) -> None:
    first = fleet.add("first")
    task = fleet.claimed(first)
    fleet.report(first, task.id, attempt=1, journal={"sending": True})
    fleet.report(first, task.id, attempt=1, note="half way")
    clock.advance(121)
    dispatch.rescue(fleet.yard)
    (again,) = fleet.server_claims(fleet.add("second"))
    assert journal_of(again) == {"sending": True}


def test_what_servers_say_is_scrubbed_of_the_tasks_own_secrets(fleet: FleetYard) -> None:
    server = fleet.add()
    task = fleet.claimed(server)
    fleet.report(
        server, task.id, "failed", error_message="open sesame was refused",
        journal={"said": "open sesame"}, note="by open sesame", retryable=False,
    )  # fmt: skip
    row = fleet.task(task.id)
    assert "sesame" not in f"{row.detail} {row.error}"
    assert "was refused" in (row.error or {})["message"]


def test_a_bulk_answers_each_by_itself(fleet: FleetYard) -> None:
    server, other = fleet.add("mine"), fleet.add("other")
    mine, theirs = fleet.claimed(server), fleet.claimed(other)
    over = fleet.claimed(server)
    fleet.report(server, over.id, "failed", retryable=False)
    (queued,) = fleet.links()
    reports = [
        Report(link_id=mine.id, status=C),
        Report(link_id=mine.id, status=F),
        Report(link_id=theirs.id, status=C),
        Report(link_id=queued, status=C),
        Report(link_id="none", status=C),
        Report(link_id=over.id, status=C),
        Report(link_id=over.id, status=F, attempt=7),
        Report(link_id="01900000-0000-7000-8000-000000000000"),
    ]
    assert reporting.report(fleet.yard, server, reports) == [
        None, Word.DUPLICATE, Word.NOT_YOUR_TASK, Word.NOT_YOUR_TASK, Word.NOT_FOUND,
        Word.ILLEGAL_TRANSITION, Word.DUPLICATE, Word.NOT_FOUND,
    ]  # fmt: skip
    assert (fleet.status(mine.id), fleet.status(theirs.id)) == (C, R)


def test_a_bulk_of_five_hundred_is_written_as_one(fleet: FleetYard) -> None:
    server = fleet.add()
    fleet.links(500, cost_cents=2)
    claimed = fleet.server_claims(server, 500)
    reports = [
        Report(link_id=task.id, status=C, attempt=1, said={"link_post": f"https://a.example/{n}"})
        for n, task in enumerate(claimed)
    ]
    assert reporting.report(fleet.yard, server, reports) == [None] * 500
    assert fleet.statuses() == {C: 500}
    assert fleet.money() == (9_000, 0)
    fleet.assert_counted()


def test_a_canceled_plain_task_does_not_wait_for_its_server(fleet: FleetYard) -> None:
    server = fleet.add()
    (task_id,) = fleet.assigned(server)
    fleet.report(server, task_id, "running")
    fleet.cancel(task_id)
    assert fleet.status(task_id) is X
    assert fleet.report(server, task_id, "completed") is Word.ILLEGAL_TRANSITION


def test_a_canceled_task_that_fails_is_not_tried_again(fleet: FleetYard) -> None:
    server = fleet.add()
    task = fleet.claimed(server)
    fleet.cancel(task.id)
    fleet.report(server, task.id, "failed", attempt=1)
    assert fleet.status(task.id) is X


@pytest.mark.parametrize("field", [{"error_message": "x"}, {"is_indexed": False}], ids=str)
def test_texts_alone_change_no_status(fleet: FleetYard, field: dict[str, Any]) -> None:
    server = fleet.add()
    (task_id,) = fleet.assigned(server)
    assert fleet.report(server, task_id, **field) is None
    assert fleet.steps(task_id) == [P, Q]
