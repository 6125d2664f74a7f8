"""When a yard had recovered from a fault: read from what the store and the load wrote. Pure."""

from __future__ import annotations

from datetime import datetime

from shared.tasks.loss import Cause
from shared.tasks.status import Status
from shared.tasks.task import PEOPLE
from taskyard.chaos.fault import Strike
from taskyard.chaos.timeline import Step, Timeline, firsts

SCHEDULER = "scheduler"
Moments = list[datetime | None]


def running_again(strike: Strike, timeline: Timeline) -> Moments:
    """When each task that the struck worker held was running again, or over."""
    held = timeline.standing(
        strike.struck_at, lambda s: s.is_start and s.actor.startswith(strike.holder)
    )
    return firsts(held, _is_settled)


def lost_running_again(strike: Strike, timeline: Timeline) -> Moments:
    """When each task that was lost with a child was running again, or over."""

    def is_lost(step: Step) -> bool:
        return step.reason == Cause.WORKER_DIED and step.actor.startswith(strike.holder)

    return firsts(timeline.following(strike.struck_at, strike.until, is_lost), _is_settled)


def queued_started(strike: Strike, timeline: Timeline) -> Moments:
    """When each task that was queued had been started, or was over."""
    queued = timeline.standing(strike.struck_at, lambda s: s.target == Status.QUEUED)
    return firsts(queued, _is_settled)


def handed_out(strike: Strike, timeline: Timeline) -> Moments:
    """When a scheduler handed out a task again."""
    return [
        timeline.first_step(
            strike.healed_at, lambda s: s.target == Status.QUEUED and s.actor == SCHEDULER
        )
    ]


def started(strike: Strike, timeline: Timeline) -> Moments:
    """When a worker started a task again."""
    return [timeline.first_step(strike.healed_at, lambda s: s.is_start and s.actor != PEOPLE)]


def told(strike: Strike, timeline: Timeline) -> Moments:
    """When a notice came again; nothing where none can come."""
    if timeline.heard is None:
        return []
    return [next((heard.at for heard in timeline.heard if heard.at > strike.healed_at), None)]


def accepted(strike: Strike, timeline: Timeline) -> Moments:
    """When a new submit was accepted again."""
    return [timeline.first_accepted(strike.healed_at)]


def accepted_and_started(strike: Strike, timeline: Timeline) -> Moments:
    """When a submit was accepted again, and when a worker had started a task."""
    return accepted(strike, timeline) + started(strike, timeline)


def is_over(strike: Strike, timeline: Timeline) -> bool:
    """Whether all that the strike hit is well again."""
    return None not in strike.kind.measure(strike, timeline)


def recovered_at(strike: Strike, timeline: Timeline) -> datetime | None:
    """When the last of all that the strike hit was well again; None where it hit nothing."""
    return max((at for at in strike.kind.measure(strike, timeline) if at), default=None)


def seconds(strike: Strike, recovered_at: datetime) -> float:
    """How long a recovery took, from when its cause was over."""
    return max(0.0, (recovered_at - strike.healed_at).total_seconds())


def _is_settled(step: Step) -> bool:
    return step.is_start or step.is_end
