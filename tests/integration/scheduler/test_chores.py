"""The other chores, each on a yard that needs it."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from scheduler import __main__ as program
from scheduler.close_answers import close_answers
from scheduler.purge_expired import fold_counts, purge_expired
from scheduler.timetable import Chore, Timetable
from shared import logs
from shared.clock import FakeClock
from shared.tasks.status import Status
from shared.yard import Yard
from tests.memory_yard import BY_PEOPLE, PRICE, MemoryYard

C, F = Status.COMPLETED, Status.FAILED


def test_answered_tasks_end_with_their_deadline(yard: MemoryYard, clock: FakeClock) -> None:
    asked = {"payload": {"options": ["yes", "no"]}, "annotators": "human", "cost_cents": PRICE}
    task_id = yard.submit(BY_PEOPLE, deadline_seconds=60, **asked)
    clock.advance(59)
    assert close_answers(yard.yard) == 0
    clock.advance(1)
    assert close_answers(yard.yard) == 1
    assert yard.status(task_id) is F
    assert (yard.task(task_id).error or {})["code"] == "NOT_ENOUGH_ANSWERS"
    assert yard.money() == (10_000, 0)


def test_final_tasks_go_after_the_retention_that_is_set(yard: MemoryYard, clock: FakeClock) -> None:
    yard.completes(yard.started())
    clock.advance(yard.yard.settings.retention_days * 86_400)
    assert purge_expired(yard.yard) == 0
    clock.advance(1)
    assert purge_expired(yard.yard) == 1
    assert yard.statuses() == {}
    yard.assert_counted()


def test_counters_are_folded(yard: MemoryYard) -> None:
    yard.completes(*(yard.started() for _ in range(3)))
    assert fold_counts(yard.yard) > 0
    assert fold_counts(yard.yard) == 0
    yard.assert_counted()


def test_the_whole_timetable_takes_tasks_to_their_end(yard: MemoryYard, clock: FakeClock) -> None:
    yard.broker.is_down = True
    submitted = yard.submit_many(5, payload={"fail_times": 1})
    waiting = yard.hold_back(5)
    yard.broker.is_down = False
    timetable = Timetable(program.chores(), clock)
    for _ in range(200):
        timetable.run_due(yard.yard)
        yard.run_all()
        clock.advance(0.5)
    assert yard.statuses(submitted + waiting) == {C: 10}
    assert {yard.task(i).attempt for i in submitted} == {2}


def test_a_setting_that_is_impossible_stops_the_program_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TASKYARD_LEASE_SECONDS", "soon")
    monkeypatch.setenv("TASKYARD_SECRET_KEY", "x" * 32)
    with pytest.raises(SystemExit):
        program.main([])
    assert "TASKYARD_LEASE_SECONDS" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_works_until_it_is_told_to_stop(
    sqlite_yard: MemoryYard, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    settings = sqlite_yard.yard.settings
    for name, value in {
        "HOME": str(settings.home), "SECRET_KEY": settings.secret_key,
        "DATABASE_URL": settings.database_url, "REDIS_URL": "redis://127.0.0.1:1/0",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"TASKYARD_{name}", value)
    worked = threading.Event()

    def work(_yard: Yard) -> int:
        worked.set()
        return 0

    monkeypatch.setattr(program, "chores", lambda: [Chore("work", 0.01, work)])
    monkeypatch.setattr(logs, "configure", lambda *_: None)
    before = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT)}

    def tell() -> None:
        worked.wait(10)
        os.kill(os.getpid(), number)

    teller = threading.Thread(target=tell)
    teller.start()
    try:
        program.main([])
    finally:
        teller.join()
        for n, handler in before.items():
            signal.signal(n, handler)
    assert worked.is_set()
