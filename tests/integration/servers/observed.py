"""What is to be true of link tasks and servers after every step, whatever was done before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, func, select

from shared.accounts.account import get_account
from shared.accounts.audit import audit
from shared.db import Store, Transaction
from shared.migrations.tables import all_tables
from shared.servers.server import PLAIN, SERVERS, Server, servers
from shared.tasks.rules import RuleKey
from shared.tasks.status import Status, is_arrow
from shared.tasks.task import Task, task_counts, tasks, transitions

WIPED = (Status.COMPLETED, Status.CANCELED)
Ended = tuple[Any, ...]


def empty(store: Store) -> None:
    """Remove every row of every table."""
    with store.begin() as tx:
        for table in reversed(all_tables().sorted_tables):
            tx.execute(delete(table))


class Observed:
    """All rows as they are now; `look` reads them anew and sees that they make sense."""

    def __init__(self, store: Store, account_ids: Collection[str], cents: int) -> None:
        self._store, self._account_ids, self._cents = store, account_ids, cents
        self._read_to = 0
        self._last: dict[str, Any] = {}
        self._begun_by: dict[tuple[str, int], str] = {}
        self._over: dict[str, Ended] = {}
        self._spent_on_purged: Counter[str] = Counter()
        self.rows: dict[str, Task] = {}
        self.servers: dict[str, Server] = {}

    def look(self) -> None:
        """Read everything, and check everything that is true of rows at any time."""
        before = self.rows
        with self._store.read() as tx:
            self.rows = {row.id: Task.of(row) for row in tx.rows(select(tasks))}
            self.servers = {row.id: Server.of(row) for row in tx.rows(select(servers))}
            self._read_steps(tx)
            self._counters_are_a_count_of_rows(tx)
            self._books_are_right(tx)
        self._the_last_step_is_where_a_task_is()
        for task in self.rows.values():
            self._the_row_makes_sense(task)
            was_queued = task.id in before and before[task.id].status is Status.QUEUED
            if task.status is Status.QUEUED and not was_queued:
                self._it_was_handed_to_the_right_ones(task)
        self._what_is_over_stays()

    def purged(self, ids: Collection[str]) -> None:
        """Those rows were removed."""
        for task in (self.rows[task_id] for task_id in ids):
            del self._over[task.id], self._last[task.id]
            if task.status is Status.COMPLETED:
                self._spent_on_purged[task.account_id] += task.cost_cents

    def restarted(self, task_id: str) -> None:
        """Somebody had a task tried again that had failed."""
        del self._over[task_id]

    def _read_steps(self, tx: Transaction) -> None:
        query = select(transitions).where(transitions.c.number > self._read_to)
        for step in tx.rows(query.order_by(transitions.c.number)):
            self._a_step_follows(step, self._last.get(step.task_id))
            self._last[step.task_id] = step
            self._read_to = step.number

    def _a_step_follows(self, step: Any, before: Any) -> None:
        """An arrow leads there; each start is one attempt more, and nothing else is."""
        if before is None:
            assert (step.from_status, step.to_status) == (None, Status.PENDING)
            assert step.attempt == 0
            return
        assert step.from_status == before.to_status
        assert is_arrow(Status(step.from_status), Status(step.to_status))
        is_start = step.to_status == Status.RUNNING
        assert step.attempt == before.attempt + is_start
        assert step.at >= before.at
        attempt = (step.task_id, step.attempt)
        if is_start:
            assert attempt not in self._begun_by
            self._begun_by[attempt] = step.actor
        elif step.to_status == Status.COMPLETED:
            assert step.actor == self._as_actor(self._begun_by[attempt])

    def _as_actor(self, holder: str) -> str:
        """The name under which ``holder`` reports."""
        if not holder.startswith(SERVERS):
            return holder
        return self.servers[holder.removeprefix(SERVERS).removesuffix(PLAIN)].actor

    def _the_last_step_is_where_a_task_is(self) -> None:
        told = {i: (step.to_status, step.attempt) for i, step in self._last.items()}
        assert told == {t.id: (t.status.value, t.attempt) for t in self.rows.values()}

    def _the_row_makes_sense(self, task: Task) -> None:
        is_running = task.status is Status.RUNNING
        assert (task.holder is not None) is is_running
        assert (task.lease_expires_at is not None) is is_running
        assert (task.completed_at is not None) is task.status.is_final
        assert (task.result is not None) is (task.status is Status.COMPLETED)
        assert task.retry_count <= task.max_retries
        assert is_running or task.status.is_final or task.cancel_requested_at is None
        assert task.blocked_by == 0 or not task.due
        assert "password" not in task.payload
        assert (task.secrets is None) is (task.status in WIPED)
        assert task.secrets or task.status.is_final
        if is_running:
            self._one_has_it(task)
        if task.server_id and not task.status.is_final:
            assert self.servers[task.server_id].serves(task.account_id)

    def _it_was_handed_to_the_right_ones(self, task: Task) -> None:
        """To a server that is there and does such, or to workers where no server ever would."""
        offering = {
            server.id
            for server in self.servers.values()
            if server.enabled
            and server.removed_at is None
            and task.type.lower() in server.services
            and server.serves(task.account_id)
        }
        if task.server_id is None:
            assert not offering
        else:
            assert task.server_id in offering

    def _one_has_it(self, task: Task) -> None:
        """Who runs it is who started it; a server runs only what it was assigned."""
        assert task.holder == self._begun_by[task.id, task.attempt]
        its_server = f"{SERVERS}{task.server_id}"
        assert task.holder in (
            (its_server, its_server + PLAIN)
            if task.server_id
            else [h for h in (task.holder,) if h and not h.startswith(SERVERS)]
        )

    def _what_is_over_stays(self) -> None:
        now = {i: _ended(task) for i, task in self.rows.items() if task.status.is_final}
        assert {i: now.get(i) for i in self._over} == self._over
        self._over = now

    def _counters_are_a_count_of_rows(self, tx: Transaction) -> None:
        names = ("account_id", "type", "status", "server_id")
        key = [task_counts.c[name] for name in names]
        total = func.sum(task_counts.c.delta).label("n")
        counted = {
            tuple(getattr(row, name) for name in names): int(row.n)
            for row in tx.rows(select(*key, total).group_by(*key))
            if row.n
        }
        assert counted == Counter(
            (t.account_id, t.type, t.status.value, t.server_id if t.status.is_final else None)
            for t in self.rows.values()
        )

    def _books_are_right(self, tx: Transaction) -> None:
        assert audit(tx) == []
        held: dict[str, int] = defaultdict(int)
        spent = Counter(self._spent_on_purged)
        for task in self.rows.values():
            if not task.status.is_final:
                held[task.account_id] += task.cost_cents
            elif task.status is Status.COMPLETED:
                spent[task.account_id] += task.cost_cents
        for account_id in self._account_ids:
            account = get_account(tx, account_id)
            balance = self._cents - held[account_id] - spent[account_id]
            assert (account.balance_cents, account.held_cents) == (balance, held[account_id])

    def queued_under(self, key: RuleKey) -> list[str]:
        """What is handed out, to servers or workers, and falls under a rule."""
        return [
            task.id
            for task in self.rows.values()
            if task.status is Status.QUEUED and key.concerns(task.account_id, task.queue, task.type)
        ]

    def count_at(self, server: Server, *statuses: Status) -> int:
        """How many tasks at ``server`` are in one of ``statuses``."""
        return sum(t.server_id == server.id and t.status in statuses for t in self.rows.values())


def _ended(task: Task) -> Ended:
    """What may not change of a final task; its texts may, and its secrets are wiped some day."""
    return (
        task.status,
        task.attempt,
        task.cost_cents,
        task.server_id,
        task.error,
        task.started_at,
        task.completed_at,
        task.retry_count,
    )
