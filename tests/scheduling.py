"""A yard with schedules to fire, by the verbs that the gateway and the scheduler use."""

from __future__ import annotations

from typing import Any

from scheduler.fire_schedules import fire_schedules
from shared.clock import FakeClock
from shared.schedules import making
from shared.schedules.asked import AskedTask, NewSchedule
from shared.schedules.fire import fire_now
from shared.schedules.firing import Firing, list_firings
from shared.schedules.outlook import Missed
from shared.schedules.schedule import Schedule, get_schedule
from shared.tasks.task_type import TaskType
from tests.memory_yard import PLAIN, MemoryYard


class SchedulingYard(MemoryYard):
    """The core's yard, whose clock the test moves."""

    def asked(self, kind: TaskType = PLAIN, **changes: Any) -> AskedTask:
        """The task of a schedule."""
        draft = self.draft(kind, **changes)
        return AskedTask.of(self.yard, {"type": kind.name, "content": draft.payload}, draft)

    def scheduled(self, kind: TaskType = PLAIN, **said: Any) -> Schedule:
        """A schedule of the first account, every minute unless it is said otherwise."""
        if "cron" not in said:
            said.setdefault("every", "60s")
        drafted = {n: said.pop(n) for n in ("account_id", "payload", "project_id") if n in said}
        new = NewSchedule(task=self.asked(kind, **drafted), **said)
        owner = drafted.get("account_id", self.account.id)
        with self.store.begin() as tx:
            return making.make_schedule(tx, owner, new)

    def changed(self, schedule: Schedule, **change: Any) -> Schedule:
        """The schedule after a change."""
        return self.store.transact(
            lambda tx: making.change_schedule(tx, schedule.id, schedule.account_id, change)
        )

    def paused(self, schedule: Schedule) -> Schedule:
        """The schedule after a pause began."""
        return self.store.transact(
            lambda tx: making.pause(tx, schedule.id, schedule.account_id)
        )  # fmt: skip

    def resumed(self, schedule: Schedule) -> Schedule:
        """The schedule after its pause."""
        return self.store.transact(
            lambda tx: making.resume(tx, schedule.id, schedule.account_id)
        )  # fmt: skip

    def deleted(self, schedule: Schedule) -> None:
        """Delete it."""
        with self.store.begin() as tx:
            making.delete_schedule(tx, schedule.id, schedule.account_id)

    def read(self, schedule: Schedule) -> Schedule:
        """The row as it is now."""
        with self.store.read() as tx:
            return get_schedule(tx, schedule.id, schedule.account_id)

    def fire(self) -> int:
        """What a scheduler does until nothing is due; how many schedules fired."""
        fired = 0
        while moved := fire_schedules(self.yard):
            fired += moved
        return fired

    def fire_now(self, schedule: Schedule) -> Firing:
        """Ask for one more."""
        return self.store.transact(
            lambda tx: fire_now(tx, self.yard, schedule.id, schedule.account_id)
        )

    def after(self, clock: FakeClock, seconds: float) -> int:
        """Fire ``seconds`` later; how many schedules did."""
        clock.advance(seconds)
        return self.fire()

    def history(self, schedule: Schedule) -> list[Firing]:
        """What it did, oldest first."""
        with self.store.read() as tx:
            return list_firings(tx, schedule.id, limit=10_000)[::-1]

    def told(self, schedule: Schedule) -> list[tuple[float | None, str, int]]:
        """The same in short: due how long after it was made, its outcome, and what was missed."""
        made_at = schedule.created_at
        return [
            ((f.due_at - made_at).total_seconds() if f.due_at else None, f.outcome, f.missed)
            for f in self.history(schedule)
        ]


__all__ = ["Missed", "SchedulingYard"]
