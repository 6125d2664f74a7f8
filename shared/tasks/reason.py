"""What a task can wait for, and how that is told. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from shared.tasks.line import Place
from shared.tasks.rules import RuleKey


class Reason(StrEnum):
    """What a task can wait for."""

    PARENTS = "parents"
    TIME = "time"
    TYPE = "type"
    PAUSE = "pause"
    LIMIT = "limit"
    MUTEX = "mutex"
    TURN = "turn"
    WORKER = "worker"
    ANSWERS = "answers"
    SERVER = "server"


class Bound(StrEnum):
    """The two limits that a rule can set."""

    MAX_RUNNING = "max_running"
    PER_SECOND = "per_second"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFor:
    """Why a task is not running; ``detail`` says it in a sentence.

    time     ``until``
    parents  ``task_ids``: those that are not over
    pause    ``since``; ``rule``, but for a campaign's pause
    limit    ``rule``, ``bound``, ``allowed``; for max_running, how many are ``running``
    mutex    closed: ``until``, where that is known; busy: ``task_ids``, those that have it, and
             ``place``: how many that need it go first
    turn     ``place``: how many due tasks go first
    worker   ``since``, ``place``: how many were handed out before it
    server   ``since``, where it is assigned to one
    answers  ``given`` of ``wanted``, ``until``
    """

    reason: Reason
    detail: str
    until: datetime | None = None
    since: datetime | None = None
    task_ids: tuple[str, ...] | None = None
    rule: RuleKey | None = None
    bound: Bound | None = None
    allowed: float | None = None
    running: int | None = None
    place: Place | None = None
    given: int | None = None
    wanted: int | None = None


def time_text(moment: datetime) -> str:
    """A time in a sentence. Pure."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
