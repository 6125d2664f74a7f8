"""Servers, workers and people at the same link tasks: whatever happens in whatever order, the
rules hold, and in the end all is done.

What holds after every step is in `observed`. A failure is shown as it was found; add
`Phase.shrink` to have it made short, which takes minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    rule,
    run_state_machine_as_test,
)

from shared.clock import FakeClock
from shared.db import Store
from shared.errors import Conflict, CreditsExhausted
from shared.ids import new_id
from shared.servers import assignment, claiming, registration, reporting
from shared.servers.claiming import Held
from shared.servers.listing import TaskFilter, list_server_tasks
from shared.servers.report import REPORTABLE, Report
from shared.servers.secrets import secrets_for
from shared.servers.server import Server
from shared.servers.word import Word
from shared.settings import Settings
from shared.tasks import control, dispatch, retention, secret_wiping
from shared.tasks.loss import Cause
from shared.tasks.outcome import GivenBack, Outcome, Stopped
from shared.tasks.rules import RuleKey, Scope
from shared.tasks.status import Status
from shared.tasks.task import Task
from tests.fleet_yard import ENTITY, SITE, SOCIAL
from tests.integration.servers.fleet_state import (
    BOTH,
    DAY,
    KINDS,
    MOST_QUEUED,
    PRICES,
    RETRIES,
    SHAPES,
    WORKERS,
    FleetState,
    Q,
    R,
)
from tests.integration.servers.mortal_store import Death

EXAMPLES = {"sqlite": 7, "postgresql": 3}
SERVICES = st.sampled_from(sorted(KINDS))
NUMBERS = st.integers(0, 30)
"""Stands for one of those that there are."""
WHICH = st.sampled_from(["held", "held", "queued", "queued", "begun once", "any"])
SAID = st.sampled_from([*REPORTABLE, Status.FAILED, Status.FAILED, None])
SECONDS = st.sampled_from([0.0, 0.0, 31.0])
LATE = st.sampled_from([False] * 6 + [True])
"""Whether a call was let in a while ago, and is about a server as it was then."""
HEARD = st.sampled_from([set(range(4))] * 2) | st.sets(st.integers(0, 3))
DEATHS = st.sampled_from([None] * 8 + [Death(n, s) for n in (1, 1, 2, 3) for s in (False, True)])
REPORTS = st.tuples(WHICH, NUMBERS, SAID, st.sampled_from(["none", "known", "known", "next"]))
CHANGES: Sequence[dict[str, Any]] = (
    {}, {"maintenance": True}, {"maintenance": False}, {"maintenance": False},
    {"enabled": False}, {"enabled": True}, {"enabled": True}, {"enabled": True},
    {"slots": 1}, {"slots": None},
    {"services": ["social"]}, {"services": ["entity"]}, {"services": list(BOTH)},
)  # fmt: skip


class FleetModel(FleetState):
    """All who do something in it, and what holds whatever they do."""

    # People

    @rule(
        service=SERVICES, count=st.integers(1, 5), cents=PRICES, retries=RETRIES,
        whose=st.integers(0, 1), death=DEATHS,
        after=st.none() | st.none() | NUMBERS,
    )  # fmt: skip
    def somebody_submits(
        self, service: str, count: int, cents: int, retries: int, whose: int, death: Any,
        after: int | None,
    ) -> None:  # fmt: skip
        account_id = self.accounts[whose].id
        own = [task.id for task in self.seen.rows.values() if task.account_id == account_id]
        more = {} if after is None or not own else {"after": (own[after % len(own)],)}
        self._do(lambda: self._submit(service, count, whose, cents, retries, **more), death)

    @rule(which=WHICH, number=NUMBERS, death=DEATHS)
    def somebody_cancels(self, which: str, number: int, death: Any) -> None:
        before = self._task(which, number, None)
        if before is None:
            return
        work = lambda: dispatch.cancel(self.yard, before.id, before.account_id, "tests")  # noqa: E731
        try:
            after = self._do(work, death)
        except Conflict:
            assert before.status.is_final
        else:
            assert after is None or after.status is Status.CANCELED or after.cancel_requested_at

    @rule(number=NUMBERS, death=DEATHS)
    def somebody_tries_a_failed_one_again(self, number: int, death: Any) -> None:
        failed = [task for task in self.seen.rows.values() if task.status is Status.FAILED]
        if not failed:
            return
        before = failed[number % len(failed)]
        work = lambda: dispatch.restart(self.yard, before.id, before.account_id, "tests")  # noqa: E731
        try:
            self._do(work, death)
        except Conflict:
            assert before.secrets == {} or before.after_policy
        except CreditsExhausted:
            assert before.cost_cents
        if self.fleet.status(before.id) is not Status.FAILED:
            self.seen.restarted(before.id)

    @rule(
        number=st.integers(0, 3), is_pause=st.sampled_from([False] * 3 + [True]), death=DEATHS,
    )  # fmt: skip
    def an_operator_pauses_or_resumes(self, number: int, is_pause: bool, death: Any) -> None:
        own = self.accounts[number % 2].id
        key = (
            RuleKey(Scope.QUEUE, SOCIAL.queue), RuleKey(Scope.TYPE, ENTITY.name, own),
            RuleKey(Scope.ACCOUNT, own), RuleKey(Scope.TYPE, SOCIAL.name),
        )[number]  # fmt: skip
        change = control.pause if is_pause else control.resume
        if self._do(lambda: change(self.yard, key, actor="operator"), death) is None:
            change(self.yard, key, actor="operator")  # whoever gets no answer asks again
        (self.paused.add if is_pause else self.paused.discard)(key)

    @rule(number=NUMBERS, change=st.sampled_from(CHANGES), shape=st.sampled_from(SHAPES),
          death=DEATHS)  # fmt: skip
    def an_operator_changes_a_server(
        self, number: int, change: dict[str, Any], shape: Any, death: Any
    ) -> None:
        """Or removes it, or makes one, where there is nothing to ``change``."""
        server = self._server(number)
        if server is not None:
            self._do(lambda: self._changes(server, change), death)
        if server is None or (not change and len(self._present()) < 4):
            self._registers(shape)

    def _changes(self, server: Server, change: dict[str, Any]) -> None:
        with self.store.begin() as tx:
            if change:
                registration.change_said(tx, server, actor="operator", **change)
            else:
                registration.remove_server(tx, server, actor="operator")

    # The scheduler

    @rule(seconds=SECONDS, heard=HEARD, death=DEATHS)
    def the_scheduler_hands_out(self, seconds: float, heard: set[int], death: Any) -> None:
        self.clock.advance(seconds)
        self._call(heard)
        self._do(self._hand_out, death)

    @rule(chore=st.sampled_from(["silence", "leases", "lost", "paused", "counts"]), death=DEATHS)
    def the_scheduler_tidies(self, chore: str, death: Any) -> None:
        work: dict[str, Callable[[], object]] = {
            "silence": self.fleet.lose_silent,
            "leases": lambda: dispatch.rescue(self.yard),
            "lost": lambda: dispatch.send_lost(self.yard),
            "paused": lambda: control.keep_paused(self.yard),
            "counts": lambda: self.store.transact(retention.fold_counts),
        }
        if self._do(work[chore], death) is None:
            return
        self.seen.look()
        rows = self.seen.rows.values()
        if chore == "leases":
            now = self.clock.now()
            assert not [t for t in rows if t.lease_expires_at and t.lease_expires_at < now]
        if chore == "silence":
            assert not [t for t in rows if self._is_with_a_silent_server(t)]

    def _is_with_a_silent_server(self, task: Task) -> bool:
        """What such a one claimed it keeps while its lease lasts."""
        server = self.seen.servers.get(task.server_id or "")
        if server is None or server.is_online(self.clock.now()):
            return False
        return task.status is Q or (task.status is R and task.holder == server.plain_holder)

    @rule(seconds=st.sampled_from([1.0, 16.0, 31.0, 61.0, 121.0, DAY, 8 * DAY, 31 * DAY]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds + 1)
        if seconds > DAY:
            self.store.transact(lambda tx: secret_wiping.wipe_secrets(tx, None))
            self.store.transact(lambda tx: retention.purge(tx, 30))
            self.seen.purged(set(self.seen.rows) - {task.id for task in self._read()})

    @rule(heard=HEARD)
    def some_servers_go_silent(self, heard: set[int]) -> None:
        """The others take over what those had."""
        for seconds in (61.0, 61.0):
            self.clock.advance(seconds)
            self._call(heard)
        self.fleet.lose_silent()
        dispatch.rescue(self.yard)
        self._hand_out()

    # Servers

    @rule(number=NUMBERS, limit=st.integers(1, 6), of=st.sampled_from([None, None, {"social"}]),
          seconds=SECONDS, late=LATE, death=DEATHS)  # fmt: skip
    def a_server_claims(
        self, number: int, limit: int, of: set[str] | None, seconds: float, late: bool, death: Any
    ) -> None:
        self.clock.advance(seconds)
        self._hand_out()
        self.seen.look()
        server = self._caller(number, late)
        if server is None:
            return
        running = self.seen.count_at(server, R)
        got = self._do(lambda: claiming.claim(self.yard, server, limit, of), death) or []
        room = limit if server.slots is None else max(0, server.slots - running)
        assert len(got) <= min(limit, room)
        for task in got:
            assert (task.server_id, task.holder) == (server.id, server.holder)
            assert server.serves(task.account_id)
            assert task.type.lower() in (of or server.services)
            assert (task.id, task.attempt) not in {claim[1:] for claim in self.claims}
        self.claims += [(server.id, task.id, task.attempt) for task in got]

    @rule(number=NUMBERS, one=REPORTS, late=LATE, death=DEATHS, again=st.booleans())
    def a_server_reports(self, number: int, one: Any, late: bool, death: Any, again: bool) -> None:
        server = self._caller(number, late)
        report = server and self._report(server, *one)
        if not server or not report:
            return
        before = self.seen.rows[report.link_id]
        words = self._do(lambda: reporting.report(self.yard, server, [report]), death)
        if words is None:
            words = reporting.report(self.yard, server, [report])  # as agents do
        after = self.fleet.task(report.link_id)
        if death is None:
            self._report_did_what_it_may(server, report, before, words[0], after)
        if again:
            repeated = [reporting.report(self.yard, server, [report])[0] for _ in range(3)]
            assert repeated == words * 3
            assert self.fleet.task(report.link_id) == after

    @rule(number=NUMBERS, several=st.lists(REPORTS, min_size=2, max_size=6), late=LATE,
          death=DEATHS)  # fmt: skip
    def a_server_reports_in_bulk(
        self, number: int, several: list[Any], late: bool, death: Any
    ) -> None:
        server = self._caller(number, late)
        if server is None:
            return
        reports = [r for r in (self._report(server, *one) for one in several) if r]
        words = self._do(lambda: reporting.report(self.yard, server, reports), death)
        if words is None:
            return
        done: set[str] = set()
        for report, word in zip(reports, words, strict=True):
            assert (word is Word.DUPLICATE) is (report.link_id in done)
            if report.link_id not in done:
                before, after = self.seen.rows[report.link_id], self.fleet.task(report.link_id)
                self._report_did_what_it_may(server, report, before, word, after)
            done.add(report.link_id)

    def _report_did_what_it_may(
        self, server: Server, report: Report, before: Task, word: Word | None, after: Task
    ) -> None:
        is_old = report.attempt is not None and report.attempt != before.attempt
        if before.server_id != server.id:
            assert word is Word.NOT_YOUR_TASK
        elif is_old:
            assert word is Word.STALE_ATTEMPT
        elif before.status is R or (report.attempt is None and not before.status.is_final):
            assert word is None or before.blocked_by
        elif report.status is not None and before.status.is_final:
            assert word is (None if report.status is before.status else Word.ILLEGAL_TRANSITION)
        if word is not None:
            assert after == before or before.blocked_by  # its parent may have ended beside it
        elif report.status in (Status.COMPLETED, Status.CANCELED):
            assert after.status is report.status
            assert after.server_id == server.id
        elif report.status is None:
            assert after.status is before.status

    @rule(number=NUMBERS, held=st.lists(
        st.tuples(WHICH, NUMBERS, st.booleans()), min_size=1, max_size=4
    ), late=LATE, death=DEATHS)  # fmt: skip
    def a_server_extends(self, number: int, held: list[Any], late: bool, death: Any) -> None:
        server = self._caller(number, late)
        if server is None:
            return
        items = []
        for which, place, is_fenced in held:
            task = self._task(which, place, server)
            if task:
                known = self._known_attempt(server, task)
                items.append(Held(task.id, known if is_fenced else None))
        answers = self._do(lambda: claiming.extend(self.yard, server, items), death)
        for item, answer in zip(items, answers or (), strict=answers is not None):
            task = self.fleet.task(item.link_id)
            is_its_own = task.server_id == server.id and task.status is R
            is_right = is_its_own and item.attempt in (None, task.attempt)
            assert (answer.error is None) is is_right
            if is_right:
                assert answer.lease_expires_at == task.lease_expires_at
                assert answer.is_canceled is (task.cancel_requested_at is not None)
            if is_right and task.holder == server.holder:
                wait = (task.lease_expires_at or self.clock.now()) - self.clock.now()
                assert wait.total_seconds() == server.lease_seconds

    @rule(number=NUMBERS, limit=st.integers(1, 3))
    def a_server_lists_its_tasks(self, number: int, limit: int) -> None:
        server = self._caller(number, late=False)
        if server is None:
            return
        wanted = TaskFilter(frozenset(Status))
        listed: list[Task] = []
        after, has_more = None, True
        while has_more:
            with self.store.read() as tx:
                page = list_server_tasks(tx, server, wanted, limit=limit, after=after)
            listed += page.tasks
            has_more, after = page.has_more, page.tasks[-1].id if page.tasks else None
        own = [task for task in self.seen.rows.values() if task.server_id == server.id]
        assert listed == sorted(own, key=lambda task: (task.created_at, task.id))
        assert page.total == len(own)
        shown = secrets_for(self.yard, server, list(self.seen.rows.values()))
        told = {task.id: {"password": SITE["password"]} for task in own if not task.status.is_final}
        assert shown == told

    # Our own workers

    @rule(service=SERVICES, holder=st.sampled_from(WORKERS), is_lost=LATE, death=DEATHS)
    def a_message_arrives(self, service: str, holder: str, is_lost: bool, death: Any) -> None:
        message = self.fleet.broker.take(service)
        if message and not is_lost:
            self._worker_claims(message.ids, holder, death)

    @rule(which=WHICH, number=NUMBERS, holder=st.sampled_from(WORKERS))
    def a_stray_message_arrives(self, which: str, number: int, holder: str) -> None:
        task = self._task(which, number, None)
        if task:
            self._worker_claims([task.id], holder, None)

    def _worker_claims(self, ids: Sequence[str], holder: str, death: Any) -> None:
        got = self._do(lambda: dispatch.claim(self.yard, ids, holder), death) or []
        self.runs += [(holder, task) for task in got]

    @rule(number=NUMBERS, end=st.sampled_from(["completes", "fails", "stops", "gives back"]),
          death=DEATHS)  # fmt: skip
    def a_worker_reports(self, number: int, end: str, death: Any) -> None:
        if not self.runs:
            return
        holder, task = self.runs[-1 - number % len(self.runs)]
        before = self.seen.rows.get(task.id)
        if before is None or (end == "stops" and not before.cancel_requested_at):
            return
        ways: dict[str, Callable[[], set[str]]] = {
            "completes": lambda: self.fleet.completes(task, holder=holder),
            "fails": lambda: self.fleet.fails(task, holder=holder),
            "stops": lambda: self._worker_says(Stopped(task), holder),
            "gives back": lambda: self._worker_says(GivenBack(task), holder),
        }
        moved = self._do(ways[end], death)
        is_current = before.status is R and before.attempt == task.attempt
        assert moved is None or moved == ({task.id} if is_current else set())

    def _worker_says(self, outcome: Outcome, holder: str) -> set[str]:
        return dispatch.report(self.yard, [outcome], holder)

    @rule(holder=st.sampled_from(WORKERS), dies=st.booleans(), death=DEATHS)
    def a_worker_extends_or_dies(self, holder: str, dies: bool, death: Any) -> None:
        ids = [task.id for task in self.seen.rows.values() if task.holder == holder]
        if dies:
            cause = Cause.WORKER_DIED
            self._do(lambda: dispatch.lose(self.yard, holder, cause, actor=holder), death)
        else:
            self._do(lambda: dispatch.extend(self.yard, ids, holder), death)

    # What holds, and how it ends

    @invariant()
    def the_rules_hold(self) -> None:
        self.seen.look()
        for key in self.paused:
            assert self.seen.queued_under(key) == []
        for server in self.seen.servers.values():
            self._has_no_more_than_it_may(server)

    def _has_no_more_than_it_may(self, server: Server) -> None:
        queued = [t for t in self.seen.rows.values() if t.server_id == server.id and t.status is Q]
        assert len(queued) <= MOST_QUEUED
        assert not queued or (server.enabled and server.removed_at is None)
        assert not queued or not server.maintenance
        assert all(task.type.lower() in server.services for task in queued)

    def teardown(self) -> None:
        self._all_comes_to_an_end()
        self.the_rules_hold()
        super().teardown()

    def _all_comes_to_an_end(self) -> None:
        """The faults cease; one server that serves everybody goes on, or the workers alone do."""
        for key in self.paused:
            control.resume(self.yard, key, actor="operator")
        last = self.fleet.add(f"last-{new_id()}", BOTH) if self.is_ended_by_server else None
        if last is None:
            for server in self._present():
                with self.store.begin() as tx:
                    registration.change_said(tx, server, actor="operator", enabled=False)
        for _ in range(60):
            left = [task for task in self._read() if not task.status.is_final]
            if not left:
                return
            self._a_while_passes(last)
        raise AssertionError(left)

    def _a_while_passes(self, last: Server | None) -> None:
        self.clock.advance(61)
        if last is not None:
            last = self._at_door(last)
        self.fleet.lose_silent()
        dispatch.rescue(self.yard)
        dispatch.send_lost(self.yard)
        self._hand_out()
        self.fleet.run_all()
        if last is not None:
            got = claiming.claim(self.yard, last, claiming.LARGEST_CLAIM)
            done = [Report(link_id=t.id, status=Status.COMPLETED, attempt=t.attempt) for t in got]
            assert set(reporting.report(self.yard, last, done)) <= {None}


def test_the_fleet_does_what_the_model_allows(
    store: Store, settings: Settings, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assignment, "MOST_QUEUED", MOST_QUEUED)
    run_state_machine_as_test(
        lambda: FleetModel(store, settings, clock),  # type: ignore[arg-type]
        settings=how(
            max_examples=EXAMPLES[store.dialect],
            stateful_step_count=50,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
