"""A yard with servers as a model of it knows them: who calls, who had what, and who is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize
from sqlalchemy import select

from shared.clock import FakeClock
from shared.db import Store
from shared.ids import new_id
from shared.servers import assignment, presence
from shared.servers.fleet import read_fleet
from shared.servers.report import Report
from shared.servers.server import Server
from shared.settings import Settings
from shared.tasks import backlog, dispatch
from shared.tasks.room import Rooms
from shared.tasks.rules import RuleKey
from shared.tasks.status import Status
from shared.tasks.task import Task, tasks
from tests.fleet_yard import ENTITY, SITE, SOCIAL, FleetYard
from tests.integration.servers.mortal_store import Death, Died, MortalStore
from tests.integration.servers.observed import Observed, empty

T = TypeVar("T")
Q, R = Status.QUEUED, Status.RUNNING
MOST_QUEUED = 3
"""In place of 1,000, which no example comes to."""
CENTS = 10_000
DAY = 86_400.0
WORKERS = ("worker/1", "worker/2")
BOTH = ("social", "entity")
KINDS = {"social": SOCIAL, "entity": ENTITY}
PRICES = st.sampled_from([0, 1, 1, 1500])
RETRIES = st.sampled_from([0, 1, 2, 2])
SHAPES = (  # services, slots, seconds of a lease, whose
    (BOTH, None, 120.0, None), (BOTH, 2, 30.0, None), (("social",), 1, 120.0, None),
    (BOTH, None, 120.0, 0), (BOTH, 2, 120.0, 1),
)  # fmt: skip


class FleetState(RuleBasedStateMachine):
    """A yard with two accounts at a time moved by hand."""

    def __init__(self, store: Store, settings: Settings, clock: FakeClock) -> None:
        super().__init__()
        empty(store)
        self.clock = clock
        self.store = MortalStore(store.url, clock=clock)
        self.fleet = FleetYard(self.store, settings)
        self.yard = self.fleet.yard
        self.accounts = [self.fleet.account, self.fleet.open_account("other", CENTS)]
        self.seen = Observed(self.store, [account.id for account in self.accounts], CENTS)
        self.rooms = Rooms()
        self.is_ended_by_server = True
        self.paused: set[RuleKey] = set()
        self.let_in: dict[str, Server] = {}
        self.claims: list[tuple[str, str, int]] = []
        self.runs: list[tuple[str, Task]] = []

    def teardown(self) -> None:
        self.store.close()

    @initialize(
        shapes=st.sets(st.sampled_from(SHAPES), min_size=1, max_size=4), counts=st.lists(
            st.integers(1, 4), min_size=4, max_size=4
        ), cents=PRICES, retries=RETRIES, is_ended_by_server=st.booleans(),
    )  # fmt: skip
    def there_are_servers_and_tasks(
        self, shapes: set[Any], counts: Sequence[int], cents: int, retries: int,
        is_ended_by_server: bool,
    ) -> None:  # fmt: skip
        self.is_ended_by_server = is_ended_by_server
        for shape in sorted(shapes, key=SHAPES.index):
            self._registers(shape)
        for place, count in enumerate(counts):
            self._submit(BOTH[place % 2], count, place // 2, cents, retries)
        self._hand_out()
        self.seen.look()

    def _do(self, work: Callable[[], T], death: Death | None) -> T | None:
        """``work``, or None where its process died meanwhile."""
        with self.store.dying(death):
            try:
                return work()
            except Died:
                return None

    def _read(self) -> list[Task]:
        with self.store.read() as tx:
            return [Task.of(row) for row in tx.rows(select(tasks))]

    def _present(self) -> list[Server]:
        found = (server for server in self.seen.servers.values() if server.removed_at is None)
        return sorted(found, key=lambda server: server.number)

    def _server(self, number: int) -> Server | None:
        present = self._present()
        return present[number % len(present)] if present else None

    def _caller(self, number: int, late: bool) -> Server | None:
        """A server that calls, mostly one that has something to do; None if it is not let in.

        As it is now, or as it was when it was let in before.
        """
        known = sorted(self.seen.servers.values(), key=lambda server: server.number)
        busy = [server for server in known if self.seen.count_at(server, Q, R)]
        some = busy if busy and number % 4 else known
        if not some:
            return None
        server = some[number % len(some)]
        return self.let_in.get(server.id) if late else self._at_door(server)

    def _call(self, heard: set[int]) -> None:
        for number, server in enumerate(self._present()):
            if number in heard:
                self._at_door(server)

    def _at_door(self, server: Server) -> Server | None:
        with self.store.begin() as tx:
            found = [s for s in read_fleet(tx).servers if s.id == server.id]
            for each in found:
                presence.heard(tx, each)
        if not found:
            return None
        self.let_in[server.id] = self.fleet.server(server)
        return self.let_in[server.id]

    def _task(self, which: str, number: int, server: Server | None) -> Task | None:
        """One of the tasks that are so (with that server, where there is one), or any."""
        rows = self.seen.rows
        own = [t for t in rows.values() if server is None or t.server_id == server.id]
        some = {
            "held": [t for t in own if t.status is R],
            "queued": [t for t in own if t.status is Q],
            "begun once": [rows[c[1]] for c in self.claims if c[1] in rows],
        }.get(which) or list(rows.values())
        return some[-1 - number % len(some)] if some else None

    def _known_attempt(self, server: Server, task: Task) -> int | None:
        """The newest attempt at the task that ``server`` knows of."""
        known = [c[2] for c in self.claims if c[:2] == (server.id, task.id)]
        return max(known, default=None)

    def _report(
        self, server: Server, which: str, number: int, status: Status | None, fence: str
    ) -> Report | None:
        task = self._task(which, number, server)
        if task is None:
            return None
        known = self._known_attempt(server, task)
        attempt = {"none": None, "known": known, "next": task.attempt + 1}[fence]
        said = {"note": f"said of {number}"} if number % 2 else {}
        retryable = number % 3 != 0
        return Report(
            link_id=task.id, status=status, said=said, attempt=attempt, retryable=retryable
        )

    def _registers(self, shape: Any) -> None:
        services, slots, lease_seconds, whose = shape
        account_id = None if whose is None else self.accounts[whose].id
        name = f"w{len(self.seen.servers) + len(self.let_in)}-{new_id()}"
        made = self.fleet.add(
            name, services, slots=slots, lease_seconds=lease_seconds, account_id=account_id
        )
        self.let_in[made.id] = made

    def _submit(
        self, service: str, count: int, whose: int, cents: int, retries: int, **more: Any
    ) -> None:
        drafts = [
            self.fleet.draft(
                KINDS[service], account_id=self.accounts[whose].id, cost_cents=cents,
                max_retries=retries, dialect="servers", payload=dict(SITE), **more,
            )
            for _ in range(count)
        ]  # fmt: skip
        dispatch.submit(self.yard, drafts)

    def _hand_out(self) -> None:
        self.store.transact(backlog.wake)
        for kind in (SOCIAL, ENTITY):
            dispatch.release(self.yard, kind.queue, self.rooms)
        while assignment.assign(self.yard, self.fleet.turns):
            pass
