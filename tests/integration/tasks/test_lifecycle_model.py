"""The arrows beside a model of them: each moves exactly what it may, whatever it is given.

Rows that are elsewhere, attempts that are old, transactions that die halfway: the model says what
moves and what a row is then. A failure is shown as it was found; add `Phase.shrink` to have it
made short, which takes minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from shared.accounts import ledger
from shared.accounts.account import get_account
from shared.accounts.audit import audit
from shared.clock import FakeClock
from shared.db import Store, Transaction
from shared.settings import Settings
from shared.tasks import cancellation, dispatch, leases, lifecycle, queries
from shared.tasks.draft import Accepted
from shared.tasks.status import Status, is_arrow
from shared.tasks.task import Task, tasks, transitions
from tests.integration.tasks.expected import Expected
from tests.memory_yard import PLAIN, SOLO, WORKER, MemoryYard, NoRoom

P, Q, R = Status.PENDING, Status.QUEUED, Status.RUNNING
C, F, X = Status.COMPLETED, Status.FAILED, Status.CANCELED
ERROR = {"code": "BROKEN", "message": "It broke."}
LEASE_SECONDS = 15.0
BALANCE = 5000
ANEW = {"due": True, "not_before": None, "blocked_by": 0, "deadline_at": None}
_numbers = count(1)

Work = Callable[[Transaction], Sequence[Any]]
DIES = st.sampled_from([False, False, False, True])
"""Whether the process that does it dies before the commit."""
OFF = st.lists(st.sampled_from([0, 0, -1, 1]), min_size=6, max_size=6)
"""By how much each report is of another attempt than the current one."""


class Died(Exception):
    """The process did."""


class LifecycleModel(RuleBasedStateMachine):
    """Every function of `lifecycle`, on tasks of one account, at a time moved by hand."""

    ids: Bundle[str] = Bundle("ids")
    some = st.lists(ids, min_size=1, max_size=6).map(lambda drawn: list(dict.fromkeys(drawn)))

    def __init__(self, yard: MemoryYard, clock: FakeClock) -> None:
        super().__init__()
        self.yard = yard
        self.store = yard.store
        self.clock = clock
        self.account = yard.open_account(f"model-{next(_numbers)}", BALANCE)
        self.rows: dict[str, Expected] = {}

    @initialize(target=ids)
    def begin(self) -> Any:
        return self.submit(PLAIN, [0, 1, 2000])

    @rule(target=ids, kind=st.sampled_from([PLAIN, SOLO]), costs=st.lists(
        st.sampled_from([0, 1, 2000]), min_size=1, max_size=4
    ))  # fmt: skip
    def submit(self, kind: Any, costs: list[int]) -> Any:
        drafts = [
            self.yard.draft(kind, cost_cents=cents, account_id=self.account.id) for cents in costs
        ]
        answers = dispatch.submit(self.yard.yard, drafts, NoRoom())
        stored = [a for a in answers if isinstance(a, Accepted)]
        self.rows |= {a.task_id: Expected(a.cost_cents) for a in stored}
        return multiple(*(a.task_id for a in stored))

    @rule(chosen=some, dies=DIES)
    def queue(self, chosen: list[str], dies: bool) -> None:
        self._move(
            lambda tx: lifecycle.queue(tx, chosen, actor="test"),
            self._at(P, chosen), lambda row: row.go(Q), dies=dies,
        )  # fmt: skip

    @rule(chosen=some, holder=st.sampled_from(["a/1", "b/1"]), dies=DIES)
    def start(self, chosen: list[str], holder: str, dies: bool) -> None:
        self._move(
            lambda tx: lifecycle.start(tx, chosen, holder=holder, until=self._lease_end(tx)),
            self._at(Q, chosen), lambda row: row.start(holder), dies=dies,
        )  # fmt: skip

    @rule(off=OFF, chosen=some, dies=DIES)
    def complete(self, off: list[int], chosen: list[str], dies: bool) -> None:
        ends, may = self._reports(off, chosen, result={"ok": True})
        self._move(
            lambda tx: lifecycle.complete(tx, ends, actor=WORKER),
            may, lambda row: row.go(C), dies=dies,
        )  # fmt: skip

    @rule(off=OFF, chosen=some, dies=DIES)
    def fail(self, off: list[int], chosen: list[str], dies: bool) -> None:
        ends, may = self._reports(off, chosen, error=ERROR)
        self._move(
            lambda tx: lifecycle.fail(tx, ends, actor=WORKER),
            may, lambda row: row.go(F), dies=dies,
        )  # fmt: skip

    @rule(off=OFF, chosen=some, dies=DIES)
    def retry(self, off: list[int], chosen: list[str], dies: bool) -> None:
        ends, may = self._reports(off, chosen, error=ERROR, not_before=self.clock.now())

        def change(row: Expected) -> None:
            row.again(F, P)
            row.retry_count += 1

        self._move(lambda tx: lifecycle.retry(tx, ends, actor=WORKER), may, change, dies=dies)

    @rule(off=OFF, chosen=some, dies=DIES)
    def give_back(self, off: list[int], chosen: list[str], dies: bool) -> None:
        ends, may = self._reports(off, chosen)
        self._move(
            lambda tx: lifecycle.give_back(tx, ends, actor=WORKER, reason="not begun"),
            may, lambda row: row.again(P), dies=dies,
        )  # fmt: skip

    @rule(off=OFF, chosen=some, dies=DIES)
    def lose(self, off: list[int], chosen: list[str], dies: bool) -> None:
        unasked = [i for i in chosen if not self.rows[i].is_asked_to_stop]
        ends, may = self._reports(off, unasked, lost_leases=3, deaths=1, solo=True)

        def change(row: Expected) -> None:
            row.go(P)
            row.lost_leases, row.deaths = 3, 1

        self._move(
            lambda tx: lifecycle.lose(tx, ends, actor="test", reason="gone"), may, change, dies=dies
        )

    @rule(chosen=some, dies=DIES)
    def take_back(self, chosen: list[str], dies: bool) -> None:
        self._move(
            lambda tx: lifecycle.take_back(tx, chosen, actor="test", reason="paused"),
            self._at(Q, chosen), lambda row: row.go(P), dies=dies,
        )  # fmt: skip

    @rule(chosen=some, dies=DIES)
    def restart(self, chosen: list[str], dies: bool) -> None:
        costs = {i: self.rows[i].cost_cents for i in chosen if self.rows[i].status is F}
        fits = dict(zip(costs, ledger.afford(self._balance(), costs.values()), strict=True))

        def work(tx: Transaction) -> Sequence[Any]:
            unpaid = ledger.hold(tx, [ledger.Item(self.account.id, i, costs[i]) for i in costs])
            begun = [{**ANEW, "id": i} for i in chosen if i not in unpaid]
            return lifecycle.restart(tx, begun, actor="test")

        self._move(work, {i for i in costs if fits[i]}, Expected.restart, dies=dies)

    @rule(off=OFF, chosen=some, dies=DIES)
    def stop(self, off: list[int], chosen: list[str], dies: bool) -> None:
        ends, may = self._reports(off, chosen)
        self._move(
            lambda tx: lifecycle.cancel_running(tx, ends, actor=WORKER),
            may, lambda row: row.go(X), dies=dies,
        )  # fmt: skip

    @rule(task_id=ids, believed=st.sampled_from([P, Q, R]), dies=DIES)
    def cancel(self, task_id: str, believed: Status, dies: bool) -> None:
        self._move(
            lambda tx: lifecycle.cancel(tx, task_id, believed, actor="test"),
            self._at(believed, [task_id]), lambda row: row.go(X), dies=dies,
        )  # fmt: skip

    @rule(chosen=some)
    def ask_to_stop(self, chosen: list[str]) -> None:
        for task_id in self._at(R, chosen):
            with self.store.begin() as tx:
                cancellation.cancel(tx, task_id, self.account.id, actor="test")
            self.rows[task_id].is_asked_to_stop = True

    @rule()
    def everything_starts(self) -> None:
        self.queue(list(self.rows), dies=False)
        self.start(list(self.rows), "a/1", dies=False)

    @rule(chosen=some, believed=st.sampled_from([P, Q]), dies=DIES)
    def give_up(self, chosen: list[str], believed: Status, dies: bool) -> None:
        ends = [{"id": i, "error": ERROR} for i in chosen]
        self._move(
            lambda tx: lifecycle.give_up(tx, believed, ends, actor="test", reason="too late"),
            self._at(believed, chosen), lambda row: row.go(F), dies=dies,
        )  # fmt: skip

    @rule(chosen=some, holder=st.sampled_from(["a/1", "b/1"]))
    def extend(self, chosen: list[str], holder: str) -> None:
        with self.store.begin() as tx:
            kept = leases.extend(tx, holder, chosen, LEASE_SECONDS)
        mine = {i for i in chosen if self.rows[i].holder == holder}
        assert {e.task_id for e in kept} == mine
        asked = {e.task_id for e in kept if e.cancel_requested_at}
        assert asked == {i for i in mine if self.rows[i].is_asked_to_stop}

    @rule(seconds=st.sampled_from([0.5, 16.0, 3600.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def _balance(self) -> int:
        held = sum(row.cost_cents for row in self.rows.values() if not row.status.is_final)
        return BALANCE - held - sum(r.cost_cents for r in self.rows.values() if r.status is C)

    def _at(self, status: Status, chosen: Sequence[str]) -> set[str]:
        return {i for i in chosen if self.rows[i].status is status}

    def _reports(
        self, off: Sequence[int], chosen: Sequence[str], **known: Any
    ) -> tuple[list[dict[str, Any]], set[str]]:
        """Reports on ``chosen``, some of another attempt, and those of them that count."""
        speak_of = {i: self.rows[i].attempt + n for i, n in zip(chosen, off, strict=False)}
        ends = [{"id": i, "attempt": attempt, **known} for i, attempt in speak_of.items()]
        current = {i for i in speak_of if speak_of[i] == self.rows[i].attempt}
        return ends, self._at(R, chosen) & current

    def _move(
        self, work: Work, may: set[str], change: Callable[[Expected], None], *, dies: bool
    ) -> None:
        """Do ``work``, which moves exactly ``may``; if nobody dies, the model changes with it."""
        try:
            with self.store.begin() as tx:
                assert {row.id for row in work(tx)} == may
                if dies:
                    raise Died
        except Died:
            return
        for task_id in may:
            change(self.rows[task_id])

    @staticmethod
    def _lease_end(tx: Transaction) -> Any:
        return tx.now + timedelta(seconds=LEASE_SECONDS)

    @invariant()
    def rows_are_what_the_model_says(self) -> None:
        with self.store.read() as tx:
            found = tx.rows(select(tasks).where(tasks.c.account_id == self.account.id))
        assert {row.id for row in found} == set(self.rows)
        for task in map(Task.of, found):
            row = self.rows[task.id]
            assert (task.status, task.attempt, task.holder) == (row.status, row.attempt, row.holder)
            assert (task.retry_count, task.lost_leases) == (row.retry_count, row.lost_leases)
            assert (task.deaths, task.cost_cents) == (row.deaths, row.cost_cents)
            assert (task.lease_expires_at is not None) is (task.status is R)
            assert (task.completed_at is not None) is task.status.is_final
            assert (task.result is not None) is (task.status is C)
            assert (task.cancel_requested_at is not None) is row.is_asked_to_stop

    @invariant()
    def transitions_are_a_chain_of_arrows(self) -> None:
        query = select(transitions).join(tasks, tasks.c.id == transitions.c.task_id)
        query = query.where(tasks.c.account_id == self.account.id).order_by(transitions.c.number)
        paths: dict[str, list[Status]] = {}
        attempts: dict[str, int] = {}
        with self.store.read() as tx:
            for step in tx.rows(query):
                path = paths.setdefault(step.task_id, [])
                assert step.from_status == (path[-1] if path else None)
                path.append(Status(step.to_status))
                assert len(path) == 1 or is_arrow(path[-2], path[-1])
                begun = path[-2:] == [Q, R]
                assert step.attempt == attempts.get(step.task_id, 0) + begun
                attempts[step.task_id] = step.attempt
        assert paths == {task_id: row.path for task_id, row in self.rows.items()}

    @invariant()
    def books_and_counters_are_right(self) -> None:
        held = sum(row.cost_cents for row in self.rows.values() if not row.status.is_final)
        spent = sum(row.cost_cents for row in self.rows.values() if row.status is C)
        with self.store.begin() as tx:
            assert audit(tx) == []
            account = get_account(tx, self.account.id)
            counted = queries.counts(tx, self.account.id)
        assert (account.balance_cents, account.held_cents) == (BALANCE - held - spent, held)
        assert sum(counted.values()) == len(self.rows)
        for status in Status:
            known = sum(n for (_, counted_as), n in counted.items() if counted_as is status)
            assert known == sum(row.status is status for row in self.rows.values())


@pytest.mark.slow
def test_the_lifecycle_does_what_the_model_says(
    store: Store, settings: Settings, clock: FakeClock
) -> None:
    yard = MemoryYard(store, settings)
    run_state_machine_as_test(
        lambda: LifecycleModel(yard, clock),  # type: ignore[arg-type]
        settings=how(
            max_examples=10,
            stateful_step_count=60,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
