"""The core beside a model of it: whatever is done in whatever order, the rules hold.

A failure is shown as it was found; add `Phase.shrink` to have it made short, which takes minutes.
"""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from shared.clock import FakeClock
from shared.db import Store
from shared.errors import Conflict, CreditsExhausted
from shared.settings import Settings
from shared.tasks import backlog, control, dispatch, leases, mutex, restart, retention
from shared.tasks.draft import Accepted
from shared.tasks.loss import Cause
from shared.tasks.outcome import GivenBack, Stopped
from shared.tasks.room import Rooms
from shared.tasks.rules import RuleKey, Scope
from shared.tasks.status import Status, is_arrow
from shared.tasks.task import Task, tasks, transitions
from tests.memory_yard import PLAIN, SOLO, USES, MemoryYard

WORKERS = ("worker/1", "worker/2")
KINDS = st.sampled_from([PLAIN, SOLO, USES])
MUTEXES = ("account/1", "device/1", "device/2")


class YardModel(RuleBasedStateMachine):
    """Two workers, a scheduler and callers at work on one SQLite store, at a time moved by hand."""

    submitted: Bundle[str] = Bundle("submitted")
    claimed: Bundle[tuple[str, Task]] = Bundle("claimed")

    def __init__(self, folder: Path, template: Path, settings: Settings) -> None:
        super().__init__()
        file = folder / "model.db"
        for left in folder.glob("model.db*"):
            left.unlink()
        shutil.copyfile(template, file)
        self.clock = FakeClock()
        self.store = Store(f"sqlite:///{file}", clock=self.clock)
        self.yard = MemoryYard(self.store, settings)
        self.attempts: dict[str, int] = {}
        self.over: dict[str, Task] = {}
        self.rooms = Rooms()
        self.paused: set[RuleKey] = set()
        self.limits: dict[RuleKey, tuple[int, int]] = {}
        self.closed: dict[str, datetime | None] = {}
        self.in_flight: set[str] = set()

    def teardown(self) -> None:
        self.store.close()

    @rule(
        target=submitted, kind=KINDS, count=st.integers(1, 4), cents=st.sampled_from([0, 1, 4000]),
        retries=st.integers(0, 2),
    )  # fmt: skip
    def submits(self, kind: Any, count: int, cents: int, retries: int) -> Any:
        drafts = [
            self.yard.draft(kind, cost_cents=cents, max_retries=retries) for _ in range(count)
        ]
        answers = dispatch.submit(self.yard.yard, drafts)
        return multiple(*(a.task_id for a in answers if isinstance(a, Accepted)))

    @rule(
        target=submitted, parents=st.lists(submitted, min_size=1, max_size=3),
        policy=st.sampled_from(["all", "any", "finished"]),
    )  # fmt: skip
    def submits_a_child(self, parents: list[str], policy: str) -> Any:
        draft = self.yard.draft(after=tuple(parents), after_policy=policy, cost_cents=1)
        answer = dispatch.submit(self.yard.yard, [draft])[0]
        return multiple(*([draft.id] if isinstance(answer, Accepted) else []))

    @rule(
        target=submitted, needs=st.lists(st.sets(st.sampled_from(MUTEXES)), min_size=2, max_size=4)
    )
    def submits_what_needs_mutexes(self, needs: list[set[str]]) -> Any:
        drafts = [self.yard.draft(USES, payload={"needs": sorted(names)}) for names in needs]
        dispatch.submit(self.yard.yard, drafts)
        return multiple(*(draft.id for draft in drafts))

    @rule(target=submitted, seconds=st.integers(1, 60))
    def submits_for_later(self, seconds: int) -> str:
        return self.yard.submit(not_before=self.clock.now() + timedelta(seconds=seconds))

    @rule(seconds=st.sampled_from([0.0, 11.0, 50.0]))
    def the_scheduler_releases(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.store.transact(backlog.wake)
        for kind in (PLAIN, SOLO, USES):
            dispatch.release(self.yard.yard, kind.queue, self.rooms)

    @rule(number=st.integers(0, 3))
    def an_operator_pauses(self, number: int) -> None:
        key = self._key(number)
        assert control.pause(self.yard.yard, key, actor="operator").is_paused
        self.paused.add(key)

    @rule(number=st.integers(0, 3))
    def an_operator_resumes(self, number: int) -> None:
        key = self._key(number)
        assert not control.resume(self.yard.yard, key, actor="operator").is_paused
        self.paused.discard(key)

    @rule(number=st.integers(0, 3), most=st.sampled_from([None, 0, 1, 3]))
    def an_operator_limits(self, number: int, most: int | None) -> None:
        key = self._key(number)
        control.limit(self.yard.yard, key, actor="operator", max_running=most, per_second=None)
        self.limits.pop(key, None)
        if most is not None:
            self.limits[key] = (most, max(most, self._in_flight(key, self._rows())))

    @rule(name=st.sampled_from(MUTEXES), seconds=st.sampled_from([None, 5, 60]))
    def a_mutex_is_closed(self, name: str, seconds: int | None) -> None:
        until = None if seconds is None else self.clock.now() + timedelta(seconds=seconds)
        self.store.transact(lambda tx: mutex.close(tx, name, "It is off.", until))
        before = self.closed.get(name, self.clock.now())
        self.closed[name] = None if before is None or until is None else max(before, until)
        dispatch.release(self.yard.yard, USES.queue, self.rooms)

    @rule(name=st.sampled_from(MUTEXES))
    def a_mutex_is_opened(self, name: str) -> None:
        was_closed = name in self._closed_now()
        assert self.store.transact(lambda tx: mutex.reopen(tx, name)) is was_closed
        self.closed.pop(name, None)

    def _closed_now(self) -> set[str]:
        now = self.clock.now()
        return {name for name, until in self.closed.items() if until is None or until > now}

    def _key(self, number: int) -> RuleKey:
        account = self.yard.account.id
        return (
            RuleKey(Scope.QUEUE, PLAIN.queue),
            RuleKey(Scope.TYPE, SOLO.name, account),
            RuleKey(Scope.ACCOUNT, account),
            RuleKey(Scope.QUEUE, "nobody's"),
        )[number]

    @rule()
    def the_scheduler_rescues(self) -> None:
        lapsed = {
            i for i, row in self._rows().items()
            if row.lease_expires_at and row.lease_expires_at < self.clock.now()
        }  # fmt: skip
        assert dispatch.rescue(self.yard.yard) == len(lapsed)
        assert not any(self.yard.status(i) is Status.RUNNING for i in lapsed)

    @rule()
    def the_scheduler_renews_what_nobody_could_extend(self) -> None:
        self.store.transact(leases.prolong_one)
        self.store.transact(lambda tx: leases.renew_all(tx, 15))
        assert dispatch.rescue(self.yard.yard) == 0

    @rule()
    def the_scheduler_sends_again(self) -> None:
        dispatch.send_lost(self.yard.yard)

    @rule()
    def the_scheduler_folds(self) -> None:
        self.store.transact(retention.fold_counts)

    @rule(target=claimed, kind=KINDS, holder=st.sampled_from(WORKERS))
    def a_message_arrives(self, kind: Any, holder: str) -> Any:
        message = self.yard.broker.take(kind.queue)
        return self._claim(list(message.ids) if message else [], holder)

    @rule(target=claimed, ids=st.lists(submitted, max_size=4), holder=st.sampled_from(WORKERS))
    def a_stray_message_arrives(self, ids: list[str], holder: str) -> Any:
        return self._claim(ids, holder)

    def _claim(self, ids: list[str], holder: str) -> Any:
        found = self.yard.claim(*ids, holder=holder)
        for task in found:
            assert task.attempt == self.attempts.get(task.id, 0) + 1
            assert task.cancel_requested_at is None
            self.attempts[task.id] = task.attempt
        return multiple(*((holder, task) for task in found))

    @rule(kind=KINDS)
    def a_message_gets_lost(self, kind: Any) -> None:
        self.yard.broker.take(kind.queue)

    @rule(runs=st.lists(claimed, max_size=3), holder=st.sampled_from(WORKERS))
    def a_worker_extends(self, runs: list[tuple[str, Task]], holder: str) -> None:
        ids = {task.id for _, task in runs}
        kept = {e.task_id for e in dispatch.extend(self.yard.yard, ids, holder)}
        rows = {task_id: self.yard.task(task_id) for task_id in ids}
        assert kept == {i for i, row in rows.items() if row.holder == holder}

    @rule(run=consumes(claimed))
    def a_worker_completes(self, run: tuple[str, Task]) -> None:
        self._reports(run, lambda holder, task: self.yard.completes(task, holder=holder))

    @rule(run=consumes(claimed), retryable=st.booleans())
    def a_worker_fails(self, run: tuple[str, Task], retryable: bool) -> None:
        self._reports(
            run, lambda holder, task: self.yard.fails(task, holder=holder, retryable=retryable)
        )

    @rule(run=consumes(claimed), kind=st.sampled_from([Stopped, GivenBack]))
    def a_worker_did_not_do_it(self, run: tuple[str, Task], kind: Any) -> None:
        if kind is Stopped and not self.yard.task(run[1].id).cancel_requested_at:
            return
        self._reports(
            run, lambda holder, task: dispatch.report(self.yard.yard, [kind(task)], holder)
        )

    def _reports(self, run: tuple[str, Task], report: Any) -> None:
        holder, task = run
        before = self.yard.task(task.id)
        is_current = before.status is Status.RUNNING and before.attempt == task.attempt
        moved = report(holder, task)
        assert moved == ({task.id} if is_current else set())
        if not is_current:
            assert self.yard.task(task.id) == before

    @rule(task_id=submitted)
    def a_caller_cancels(self, task_id: str) -> None:
        self._cancel(task_id)

    @rule(run=claimed)
    def a_caller_cancels_what_was_started(self, run: tuple[str, Task]) -> None:
        self._cancel(run[1].id)

    def _cancel(self, task_id: str) -> None:
        before = self.yard.task(task_id)
        try:
            after = self.yard.cancel(task_id)
        except Conflict:
            assert before.status.is_final
            assert self.yard.task(task_id) == before
        else:
            assert after.status is Status.CANCELED or after.cancel_requested_at

    @rule(number=st.integers(0, 9))
    def somebody_tries_a_failed_one_again(self, number: int) -> None:
        failed = [task for task in self._rows().values() if task.status is Status.FAILED]
        if not failed:
            return
        before = failed[number % len(failed)]
        try:
            after = self.yard.restart(before.id)
        except Conflict:
            assert before.after_policy
            assert self.yard.task(before.id) == before
        except CreditsExhausted:
            assert before.cost_cents > self.yard.money()[0]
            assert self.yard.task(before.id) == before
        else:
            assert (after.status, after.attempt) == (Status.PENDING, before.attempt)
            del self.over[before.id]

    @rule()
    def somebody_tries_all_again(self) -> None:
        failed = [task for task in self._rows().values() if task.status is Status.FAILED]
        with self.store.begin() as tx:
            begun = restart.restart_all(tx, failed, actor="operator")
        for task_id in begun:
            assert self.yard.status(task_id) is Status.PENDING
            del self.over[task_id]

    @rule(
        holder=st.sampled_from(WORKERS), cause=st.sampled_from(Cause),
        runs=st.none() | st.lists(claimed, max_size=3),
    )  # fmt: skip
    def a_worker_dies(self, holder: str, cause: Cause, runs: list[tuple[str, Task]] | None) -> None:
        ids = None if runs is None else [task.id for _, task in runs]
        dispatch.lose(self.yard.yard, holder, cause, ids, actor=holder)
        rows = self._rows()
        chosen = set(rows) if ids is None else set(ids)
        assert not any(rows[i].holder == holder for i in chosen)

    @rule(target=claimed, run=claimed)
    def a_worker_sleeps_and_another_takes_over(self, run: tuple[str, Task]) -> Any:
        self.clock.advance(16)
        dispatch.rescue(self.yard.yard)
        dispatch.release(self.yard.yard, run[1].queue)
        other = WORKERS[1 - WORKERS.index(run[0])]
        return self._claim([run[1].id], other)

    @rule(seconds=st.sampled_from([0.5, 4.0, 16.0, 61.0, 1000.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def _rows(self) -> dict[str, Task]:
        with self.store.read() as tx:
            return {row.id: Task.of(row) for row in tx.rows(select(tasks))}

    @invariant()
    def the_rules_hold(self) -> None:
        rows = self._rows()
        self._money_follows_the_status(rows)
        self._every_step_is_an_arrow_and_the_last_is_the_status(rows)
        self._what_is_over_does_not_change(rows)
        for task in rows.values():
            self._the_row_makes_sense(task)
        self.yard.assert_counted()

    @invariant()
    def what_is_paused_is_not_handed_out(self) -> None:
        queued = [task for task in self._rows().values() if task.status is Status.QUEUED]
        for key in self.paused:
            assert not [t.id for t in queued if key.concerns(t.account_id, t.queue, t.type)]

    @invariant()
    def one_task_at_most_has_a_mutex_and_none_is_handed_out_whose_mutex_is_closed(self) -> None:
        in_flight = {
            task.id: mutex.names(task.mutexes)
            for task in self._rows().values()
            if task.status in (Status.QUEUED, Status.RUNNING)
        }
        had = Counter(name for names in in_flight.values() for name in names)
        assert set(had.values()) <= {1}
        new = set(in_flight) - self.in_flight
        assert not [i for i in new if in_flight[i] & self._closed_now()]
        self.in_flight = set(in_flight)

    @invariant()
    def no_more_is_in_flight_than_a_limit_says(self) -> None:
        """A limit below what is in flight already lets nothing more in until that is less."""
        rows = self._rows()
        for key, (most, ceiling) in self.limits.items():
            now = self._in_flight(key, rows)
            assert now <= ceiling
            self.limits[key] = (most, max(most, now))

    def _in_flight(self, key: RuleKey, rows: dict[str, Task]) -> int:
        return sum(
            key.concerns(task.account_id, task.queue, task.type)
            for task in rows.values()
            if task.status in (Status.QUEUED, Status.RUNNING)
        )

    def _money_follows_the_status(self, rows: dict[str, Task]) -> None:
        held = sum(task.cost_cents for task in rows.values() if not task.status.is_final)
        spent = sum(t.cost_cents for t in rows.values() if t.status is Status.COMPLETED)
        assert self.yard.money() == (10_000 - held - spent, held)

    def _every_step_is_an_arrow_and_the_last_is_the_status(self, rows: dict[str, Task]) -> None:
        with self.store.read() as tx:
            steps = tx.rows(select(transitions).order_by(transitions.c.number))
        last: dict[str, Any] = {}
        for step in steps:
            before = last.get(step.task_id)
            assert step.from_status == (before.to_status if before else None)
            if before is None:
                assert (step.to_status, step.attempt) == (Status.PENDING, 0)
            else:
                self._follows(step, before)
            last[step.task_id] = step
        assert {i: (step.to_status, step.attempt) for i, step in last.items()} == {
            task.id: (task.status.value, task.attempt) for task in rows.values()
        }

    def _follows(self, step: Any, before: Any) -> None:
        """An arrow leads there; each start is one attempt more, and nothing else is."""
        assert is_arrow(Status(step.from_status), Status(step.to_status))
        assert step.attempt == before.attempt + (step.to_status == Status.RUNNING)
        assert step.at >= before.at
        if step.from_status == Status.FAILED and step.reason != "tried again":
            assert step.at == before.at  # was never to be seen

    def _what_is_over_does_not_change(self, rows: dict[str, Task]) -> None:
        assert all(rows[task_id] == ended for task_id, ended in self.over.items())
        self.over = {i: task for i, task in rows.items() if task.status.is_final}

    def _the_row_makes_sense(self, task: Task) -> None:
        is_running = task.status is Status.RUNNING
        assert (task.holder is not None) is is_running
        assert (task.lease_expires_at is not None) is is_running
        assert (task.completed_at is not None) is task.status.is_final
        assert (task.result is not None) is (task.status is Status.COMPLETED)
        assert task.attempt == self.attempts.get(task.id, 0)
        assert task.retry_count <= task.max_retries
        assert is_running or task.status.is_final or task.cancel_requested_at is None
        assert task.blocked_by == 0 or not task.due


def test_the_core_does_what_the_model_allows(
    tmp_path: Path, sqlite_url: str, settings: Settings
) -> None:
    template = Path(sqlite_url.removeprefix("sqlite:///"))
    run_state_machine_as_test(
        lambda: YardModel(tmp_path, template, settings),  # type: ignore[arg-type]
        settings=how(
            max_examples=12,
            stateful_step_count=80,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
