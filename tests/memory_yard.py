"""A yard to test the core on: a real store, the in-memory broker, a few small task types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from threading import Thread
from typing import Any, TypeVar

from marshmallow import Schema
from sqlalchemy import func, select

from shared.accounts import ledger
from shared.accounts.account import Account, create_account, get_account
from shared.accounts.audit import audit
from shared.broker.memory import MemoryBroker
from shared.db import Store, Transaction
from shared.errors import TaskError
from shared.settings import Settings
from shared.tasks import dispatch, queries
from shared.tasks.backlog import has_backlog
from shared.tasks.draft import Accepted, Draft
from shared.tasks.outcome import Completed, Failed
from shared.tasks.registry import Registry
from shared.tasks.retry import RetryPolicy
from shared.tasks.room import Rooms
from shared.tasks.status import Status
from shared.tasks.task import Task, tasks, transitions
from shared.tasks.task_type import Context, Payload, TaskType
from shared.yard import Yard
from workers.execute import execute

T = TypeVar("T")
WORKER = "worker/1"
PRICE = 20


def _do(payload: Payload, context: Context) -> dict[str, Any]:
    """Fail the first ``fail_times`` attempts; else tell the attempt."""
    if context.attempt <= payload.get("fail_times", 0):
        raise TaskError("as asked", retryable=payload.get("retryable", True))
    return {"attempt": context.attempt}


def _do_together(payloads: Sequence[Payload], _: Sequence[Context]) -> Sequence[dict[str, Any]]:
    """Tell how many were done at once."""
    return [{"together": len(payloads)} for _ in payloads]


TEN_SECONDS = RetryPolicy(max_retries=3, first_seconds=10.0, factor=2.0, jitter=0.0)
PLAIN = TaskType(
    name="PLAIN", pool="small", queue="plain", payload=Schema(), run=_do, batch_size=10,
    retry=TEN_SECONDS, is_slow=lambda payload: bool(payload.get("slow")),
)  # fmt: skip
SOLO = TaskType(
    name="SOLO", pool="small", queue="solo", payload=Schema(), run=_do, retry=TEN_SECONDS
)
TOGETHER = TaskType(
    name="TOGETHER", pool="small", queue="together", payload=Schema(), run_batch=_do_together,
    batch_size=5, retry=TEN_SECONDS,
)  # fmt: skip
ASKED = TaskType(
    name="ASKED", pool="small", queue="asked", payload=Schema(), run_batch=_do_together,
    batch_size=5, annotators=lambda _: 3,
)  # fmt: skip
BY_PEOPLE = TaskType(
    name="BY_PEOPLE", pool="people", queue="by_people", payload=Schema(), annotators=lambda _: 0
)


def _settle(_tx: Transaction, completed: Sequence[Completed]) -> list[Draft]:
    """Ask for what the payloads say is to follow."""
    wanted = [(o.task, then) for o in completed for then in o.task.payload.get("then", ())]
    return [
        Draft(account_id=task.account_id, task_type=TARGETED, payload=then, dialect="buyers")
        for task, then in wanted
    ]


TARGETED = TaskType(
    name="TARGETED", pool="small", queue="targeted", payload=Schema(), run=_do,
    retry=TEN_SECONDS, target=lambda payload: payload["at"], settle=_settle,
)  # fmt: skip
"""Works on something that its payload names by ``at``; ``then`` lists payloads that follow."""


def _needs(payload: Payload) -> Sequence[str]:
    """The mutexes that the payload names."""
    names: Sequence[str] = payload.get("needs", ("device/1",))
    return names


USES = TaskType(
    name="USES", pool="small", queue="uses", payload=Schema(), run=_do, retry=TEN_SECONDS,
    mutexes=_needs,
)  # fmt: skip
"""Has to itself what its payload names by ``needs``, or else the device 1."""
USES_TOO = TaskType(
    name="USES_TOO", pool="small", queue="uses", payload=Schema(), run=_do, retry=TEN_SECONDS,
    mutexes=_needs, batch_size=5,
)  # fmt: skip
"""Another type of the same queue, whose tasks share messages."""
USES_ELSEWHERE = TaskType(
    name="USES_ELSEWHERE", pool="small", queue="elsewhere", payload=Schema(), run=_do,
    mutexes=_needs,
)  # fmt: skip
TYPES = (
    PLAIN, SOLO, TOGETHER, ASKED, BY_PEOPLE, TARGETED, USES, USES_TOO, USES_ELSEWHERE
)  # fmt: skip


class NoRoom(Rooms):
    """The view of a process that finds every queue full."""

    def take(self, tx: Transaction, task_type: TaskType, units: Sequence[int]) -> int:
        """Nothing."""
        return 0

    def express(
        self, tx: Transaction, drafts: Sequence[Draft], chosen: Collection[str]
    ) -> set[str]:
        """Nobody."""
        return set()


class Roomy(Rooms):
    """The view of a process that finds room for whatever nobody else waits for."""

    def take(self, tx: Transaction, task_type: TaskType, units: Sequence[int]) -> int:
        """All of it."""
        return 0 if has_backlog(tx, task_type.queue, task_type.name) else len(units)


class MemoryYard:
    """A yard, an account with credits on it, and short ways to do and see things."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.broker = MemoryBroker()
        registry = Registry({kind.name: kind for kind in TYPES})
        self.yard = Yard(replace(settings, database_url=store.url), store, self.broker, registry)
        self.account = self.open_account("acme")

    def open_account(self, name: str, cents: int = 10_000) -> Account:
        """One more account, with ``cents`` on it."""
        with self.store.begin() as tx:
            account = create_account(tx, name)
            return ledger.top_up(tx, account.id, cents, "tests") if cents else account

    def draft(self, kind: TaskType = PLAIN, **changes: Any) -> Draft:
        """A submission of the first account."""
        fields: dict[str, Any] = {"account_id": self.account.id, "payload": {}, "dialect": "buyers"}
        return Draft(**fields | {"task_type": kind} | changes)

    def submit(self, kind: TaskType = PLAIN, **changes: Any) -> str:
        """Submit one task; its id."""
        return self.submit_many(1, kind, **changes)[0]

    def submit_many(self, count: int, kind: TaskType = PLAIN, **changes: Any) -> list[str]:
        """Submit tasks in one commit; their ids."""
        drafts = [self.draft(kind, **changes) for _ in range(count)]
        answers = dispatch.submit(self.yard, drafts, Roomy())
        assert all(isinstance(answer, Accepted) for answer in answers), answers
        return [draft.id for draft in drafts]

    def hold_back(self, count: int = 1, kind: TaskType = PLAIN, **changes: Any) -> list[str]:
        """Submit tasks while there is no room, so that they are due and wait; their ids."""
        drafts = [self.draft(kind, **changes) for _ in range(count)]
        answers = dispatch.submit(self.yard, drafts, NoRoom())
        assert all(isinstance(answer, Accepted) for answer in answers), answers
        return [draft.id for draft in drafts]

    def claim(self, *ids: str, holder: str = WORKER) -> list[Task]:
        """Start tasks as a worker does."""
        return dispatch.claim(self.yard, ids, holder)

    def started(self, kind: TaskType = PLAIN, **changes: Any) -> Task:
        """A task that a worker runs."""
        return self.claim(self.submit(kind, **changes))[0]

    def completes(self, *running: Task, holder: str = WORKER) -> set[str]:
        """Report that the attempts succeeded; the ids that moved."""
        return dispatch.report(self.yard, [Completed(t, {"ok": True}) for t in running], holder)

    def fails(self, *running: Task, holder: str = WORKER, **error: Any) -> set[str]:
        """Report that the attempts failed; the ids that moved."""
        outcomes = [Failed(t, TaskError("broken", **error)) for t in running]
        return dispatch.report(self.yard, outcomes, holder)

    def fails_for_good(self, *running: Task) -> set[str]:
        """Report failures that no retry helps; the ids that moved."""
        return self.fails(*running, retryable=False)

    def cancel(self, task_id: str) -> Task:
        """Ask for the task to be canceled."""
        return dispatch.cancel(self.yard, task_id, self.account.id, "tests")

    def restart(self, task_id: str) -> Task:
        """Ask for the failed task to begin anew."""
        return dispatch.restart(self.yard, task_id, self.account.id, "tests")

    def run_all(self, holder: str = WORKER) -> int:
        """Do what waits in the broker, as workers do; how many tasks were started."""
        begun = 0
        for kind in self.yard.registry.types.values():
            while (message := self.broker.take(kind.queue)) is not None:
                begun += execute(self.yard, kind, message.ids, holder)
        return begun

    def sent(self, kind: TaskType = PLAIN) -> list[tuple[str, ...]]:
        """The ids of each message that waits in the type's queue."""
        return [message.ids for message in self.broker.queues[kind.queue]]

    def task(self, task_id: str) -> Task:
        """The row as it is now."""
        with self.store.read() as tx:
            row = tx.first(select(tasks).where(tasks.c.id == task_id))
        assert row is not None
        return Task.of(row)

    def status(self, task_id: str) -> Status:
        """Where the task is."""
        return self.task(task_id).status

    def statuses(self, ids: Iterable[str] | None = None) -> Counter[Status]:
        """How many tasks (of ``ids``) are where."""
        query = select(tasks.c.id, tasks.c.status)
        wanted = None if ids is None else set(ids)
        with self.store.read() as tx:
            rows = tx.rows(query)
        return Counter(Status(r.status) for r in rows if wanted is None or r.id in wanted)

    def steps(self, task_id: str) -> list[str]:
        """The statuses the task was given, oldest first, once they are seen to be a chain."""
        with self.store.read() as tx:
            history = queries.history(tx, task_id)
        sources = [None, *(target for _, target in history[:-1])]
        assert [source for source, _ in history] == sources
        return [target for _, target in history]

    def last_step(self, task_id: str) -> Any:
        """The newest transition row of the task."""
        query = select(transitions).where(transitions.c.task_id == task_id)
        with self.store.read() as tx:
            return tx.first(query.order_by(transitions.c.number.desc()))

    def money(self) -> tuple[int, int]:
        """The first account's balance and holds, once the books are seen to be right."""
        with self.store.begin() as tx:
            assert audit(tx) == []
            account = get_account(tx, self.account.id)
        return account.balance_cents, account.held_cents

    def assert_counted(self) -> None:
        """The counters of the first account say what a count of its rows says."""
        real = select(tasks.c.type, tasks.c.status, func.count().label("n"))
        real = real.where(tasks.c.account_id == self.account.id)
        with self.store.begin() as tx:
            rows = tx.rows(real.group_by(tasks.c.type, tasks.c.status))
            counted = queries.counts(tx, self.account.id)
        assert counted == {(row.type, Status(row.status)): row.n for row in rows}


def in_threads(count: int, work: Callable[[int], T]) -> list[T]:
    """``work(0)`` to ``work(count - 1)``, all at once; their answers in order."""
    answers: dict[int, T] = {}
    errors: list[BaseException] = []

    def one(number: int) -> None:
        try:
            answers[number] = work(number)
        except BaseException as error:
            errors.append(error)

    threads = [Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return [answers[number] for number in range(count)]
