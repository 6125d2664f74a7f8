"""What is noted while something is published: kept with its task, for the attempts that follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import select

from shared.db import Transaction
from shared.errors import GiveWay
from shared.tasks.task import tasks
from shared.tasks.task_type import Context
from shared.yard import Yard
from workers.commits import committed

NOTED = "noted"
"""The key of the notes in the task's detail."""
T = TypeVar("T")


class Journal:
    """The notes of one attempt at one task: what publishers and connectors are given."""

    def __init__(self, context: Context) -> None:
        self.yard: Yard = context.yard
        self._context = context
        self._percent = 0.0

    @property
    def noted(self) -> Mapping[str, Any]:
        """What was noted by now, in earlier attempts at the same task too."""
        return dict(self._context.detail.get(NOTED) or {})

    def note(self, **facts: Any) -> None:
        """Keep ``facts`` durably; `GiveWay` where the task is another attempt's, or to stop."""
        self.write({NOTED: {**self.noted, **facts}})

    def write(
        self, detail: Mapping[str, Any], then: Callable[[Transaction], None] | None = None
    ) -> None:
        """Keep ``detail`` of the task in one commit with what ``then`` does.

        `GiveWay` where another attempt has the task by now, or it is to stop: nothing is kept.
        """

        def work(tx: Transaction) -> None:
            if not self._context.record(tx, self._percent, **detail):
                raise GiveWay("another attempt has the task")
            # The row is locked by now: who asks to stop from here on comes after the step.
            asked = select(tasks.c.cancel_requested_at).where(tasks.c.id == self._context.task_id)
            if tx.rows(asked)[0].cancel_requested_at is not None:
                raise GiveWay("asked to stop")
            if then is not None:
                then(tx)

        transacted(self.yard, work)

    def progress(self, percent: float) -> None:
        """Tell how much of the media has arrived, 0 to 100."""
        self._percent = percent
        self._context.progress(percent)


def transacted(yard: Yard, work: Callable[[Transaction], T]) -> T:
    """Do ``work`` in a transaction, uninterrupted, as soon as the store answers."""
    return committed(lambda: yard.store.transact(work))
