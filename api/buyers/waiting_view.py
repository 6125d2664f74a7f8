"""Why a task is not running, in the buyers' words. Pure."""

from __future__ import annotations

from typing import Any

from shared.moments import time_text
from shared.tasks.reason import Bound, WaitingFor
from shared.tasks.rules import YARD, RuleKey

BOUND_WORDS = {Bound.MAX_RUNNING: "maxRunning", Bound.PER_SECOND: "perSecond"}
YARD_WORD = "yard"


def waiting_body(waiting: WaitingFor) -> dict[str, Any]:
    """The reason, its sentence, and of the rest what belongs to that reason."""
    place, rule, bound = waiting.place, waiting.rule, waiting.bound
    body = {
        "reason": waiting.reason.value,
        "detail": waiting.detail,
        "until": time_text(waiting.until),
        "since": time_text(waiting.since),
        "taskIds": None if waiting.task_ids is None else list(waiting.task_ids),
        "rule": rule_name(rule) if rule else None,
        "limit": BOUND_WORDS[bound] if bound else None,
        "allowed": waiting.allowed,
        "running": waiting.running,
        "position": place.before if place else None,
        "isMore": place.is_more if place else None,
        "given": waiting.given,
        "wanted": waiting.wanted,
    }
    return {name: value for name, value in body.items() if value is not None}


def rule_name(key: RuleKey) -> dict[str, str]:
    """What names a rule, and whose it is."""
    owner = YARD_WORD if key.owner_id == YARD else key.owner_id
    return {"scope": key.scope.value, "name": key.name, "owner": owner}
