"""Answered tasks for the tests of this folder: submitted for real, started as a worker would."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from marshmallow import Schema
from sqlalchemy import select

from shared.accounts.account import Account, create_account, get_account, note_validator
from shared.accounts.audit import audit
from shared.accounts.ledger import top_up
from shared.answers import people, settle
from shared.db import Store
from shared.tasks import lifecycle, submission
from shared.tasks.draft import Accepted, Draft
from shared.tasks.room import Rooms
from shared.tasks.task import Task, tasks
from shared.tasks.task_type import Payload, Result, TaskType

OPTIONS = ["cats", "dogs", "birds"]
WORKER = "worker/1"
PRICE = 20


def _never_run(_payloads: Sequence[Payload], _contexts: Sequence[Any]) -> Sequence[Result]:
    raise AssertionError("these tests report what a handler would have said")


BY_MACHINES = TaskType(
    name="TOPIC", pool="none", queue="topic", payload=Schema(), run_batch=_never_run,
    annotators=lambda _payload: 3,
)  # fmt: skip
BY_PEOPLE = TaskType(
    name="IMAGE", pool="none", queue="image", payload=Schema(), annotators=lambda _payload: 0
)


class Survey:
    """An account with credits and the tasks it asks."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.account = self.new_account("asker")

    def new_account(self, name: str) -> Account:
        """One more account, with credits and no validators."""
        with self.store.begin() as tx:
            account = create_account(tx, name)
            return top_up(tx, account.id, 1000, "test")

    def has_people(self) -> None:
        """From now on the account has a validator."""
        with self.store.begin() as tx:
            note_validator(tx, self.account.id)

    def ask(self, kind: TaskType = BY_PEOPLE, needed: int = 3, **changes: Any) -> str:
        """Submit a task; its id."""
        payload = {"content": "a picture", "options": OPTIONS, "validationsNeeded": needed}
        fields: dict[str, Any] = {
            "account_id": self.account.id,
            "task_type": kind,
            "payload": payload,
            "dialect": "buyers",
            "annotators": "mixed",
            "cost_cents": PRICE,
            "deadline_seconds": 3600,
        }
        draft = Draft(**fields | changes)
        with self.store.begin() as tx:
            answer = submission.store(tx, [draft], Rooms()).answers[0]
        assert isinstance(answer, Accepted)
        return draft.id

    def start(self, *ids: str) -> list[Task]:
        """Claim tasks as a worker does."""
        with self.store.begin() as tx:
            return lifecycle.start(tx, ids, holder=WORKER, until=tx.now + timedelta(seconds=15))

    def report(self, *runs: tuple[Task, Sequence[tuple[str, float]]]) -> set[str]:
        """What the machines said to each task, as a worker reports it; the ids that moved."""
        told = [
            (
                task,
                [
                    {"annotator": f"m{n}", "answer": option, "confidence": sure}
                    for n, (option, sure) in enumerate(said)
                ],
            )
            for task, said in runs
        ]
        with self.store.begin() as tx:
            return settle.machines_answered(tx, told, actor=WORKER)

    def machines(self, *said: tuple[str, float], **changes: Any) -> str:
        """A task to which the machines have answered this; its id."""
        task_id = self.ask(BY_MACHINES, **changes)
        self.report((self.start(task_id)[0], said))
        return task_id

    def next(self, user: str, account_id: str | None = None) -> str | None:
        """The id of the task that ``user`` is shown next."""
        with self.store.begin() as tx:
            task = people.next_task(tx, account_id or self.account.id, user)
        return task.id if task else None

    def answer(self, task_id: str, user: str, answer: str = "cats") -> None:
        """``user`` answers."""
        with self.store.begin() as tx:
            people.give_answer(tx, task_id, self.account.id, user, answer)

    def task(self, task_id: str) -> Task:
        """The row as it is now."""
        with self.store.read() as tx:
            row = tx.first(select(tasks).where(tasks.c.id == task_id))
        assert row is not None
        return Task.of(row)

    def money(self) -> tuple[int, int]:
        """Balance and holds in cents, once the books were found to be right."""
        with self.store.begin() as tx:
            assert audit(tx) == []
            account = get_account(tx, self.account.id)
        return account.balance_cents, account.held_cents
