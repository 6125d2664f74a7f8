"""Why a task that servers do is not running: the sentence. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.tasks.reason import Reason, WaitingFor, time_text
from shared.tasks.task import Task

MOST_NAMED = 3
"""So many servers are named in the sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A server that may do the task: why it does not take it now, or that it would."""

    name: str
    last_seen_at: datetime | None
    is_online: bool = True
    is_in_maintenance: bool = False
    is_full: bool = False


def no_server(task: Task, offers: Sequence[Offer]) -> WaitingFor | None:
    """Servers do it, and none of them takes it now: it is said of each why."""
    if not offers or any(_obstacle(offer) is None for offer in offers):
        return None
    named = [f"{offer.name} {_obstacle(offer)}" for offer in offers[:MOST_NAMED]]
    more = len(offers) - MOST_NAMED
    others = f", and {more:,} more" if more > 0 else ""
    detail = f"No server takes {task.type.lower()} tasks now: {', '.join(named)}{others}."
    return WaitingFor(reason=Reason.SERVER, detail=detail)


def _obstacle(offer: Offer) -> str | None:
    if not offer.is_online:
        last = offer.last_seen_at
        return "was never heard" if last is None else f"was last heard at {time_text(last)}"
    if offer.is_in_maintenance:
        return "is in maintenance"
    return "has as much as it may have" if offer.is_full else None


def assigned(task: Task, offers: Sequence[Offer], now: datetime) -> WaitingFor:
    """What a task waits for that was assigned to the first of ``offers``."""
    since = task.queued_at or now
    name = offers[0].name if offers else "a server"
    detail = f"It was assigned to {name} at {time_text(since)}, which has not begun it."
    return WaitingFor(reason=Reason.SERVER, detail=detail, since=since)
