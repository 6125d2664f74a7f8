"""What happened when: every step of the run's tasks, and every submit, in order of time. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from shared.tasks.status import FINAL, Status
from taskyard.chaos.journal import Accepted, Heard

at_of = attrgetter("at")


@dataclass(frozen=True, slots=True)
class Step:
    """One transition; ``source`` is None for a task's first."""

    source: str | None
    target: str
    attempt: int
    actor: str
    reason: str | None
    at: datetime

    @property
    def is_start(self) -> bool:
        """Whether it is the start of an attempt."""
        return self.target == Status.RUNNING

    @property
    def is_end(self) -> bool:
        """Whether it ends in a final status."""
        return self.target in FINAL

    @property
    def is_retry(self) -> bool:
        """Whether it takes back a failure."""
        return (self.source, self.target) == (Status.FAILED, Status.PENDING)


Steps = Sequence[Step]


class Timeline:
    """The steps of each task, the steps of all, the submits that were accepted, and the notices
    that came; ``heard`` is None where none can come."""

    def __init__(
        self,
        by_task: Mapping[str, Steps],
        accepted: Iterable[Accepted],
        heard: Iterable[Heard] | None = None,
    ) -> None:
        self._by_task = {task_id: steps for task_id, steps in by_task.items() if steps}
        self._all = sorted((step for steps in by_task.values() for step in steps), key=at_of)
        self._accepted = sorted(accepted, key=attrgetter("answered_at"))
        self.heard = None if heard is None else sorted(heard, key=at_of)

    def first_step(self, since: datetime, wanted: Callable[[Step], bool]) -> datetime | None:
        """When the first step after ``since`` was taken that is ``wanted``."""
        later = self._all[bisect_right(self._all, since, key=at_of) :]
        return next((step.at for step in later if wanted(step)), None)

    def first_accepted(self, since: datetime) -> datetime | None:
        """When the first submit that was sent after ``since`` was accepted."""
        return next((a.answered_at for a in self._accepted if a.asked_at > since), None)

    def standing(self, moment: datetime, wanted: Callable[[Step], bool]) -> list[Steps]:
        """Of each task whose last step up to ``moment`` is ``wanted``: the steps that follow."""
        found = []
        for steps in self._by_task.values():
            is_over = steps[-1].is_end and steps[-1].at < moment
            if not is_over and steps[0].at <= moment:
                known = bisect_right(steps, moment, key=at_of)
                if wanted(steps[known - 1]):
                    found.append(steps[known:])
        return found

    def following(
        self, since: datetime, until: datetime | None, wanted: Callable[[Step], bool]
    ) -> list[Steps]:
        """Of each task that took a ``wanted`` step between the two: the steps that follow it."""
        found = []
        for steps in self._by_task.values():
            if steps[-1].at > since:
                for number in range(bisect_right(steps, since, key=at_of), len(steps)):
                    step = steps[number]
                    if (until is None or step.at < until) and wanted(step):
                        found.append(steps[number + 1 :])
                        break
        return found


def firsts(rests: Iterable[Steps], wanted: Callable[[Step], bool]) -> list[datetime | None]:
    """When each of several tasks took its first ``wanted`` step; None for what has not yet."""
    return [next((step.at for step in rest if wanted(step)), None) for rest in rests]
