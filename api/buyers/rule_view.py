"""Rules as operators see them. Pure."""

from __future__ import annotations

from typing import Any

from api.buyers.waiting_view import rule_name
from shared.moments import time_text
from shared.tasks.rules import Rule


def rule_body(rule: Rule, running: int) -> dict[str, Any]:
    """A rule; ``running``: how many tasks are handed out or run under it."""
    return {
        **rule_name(rule.key),
        "paused": rule.is_paused,
        "pausedAt": time_text(rule.paused_at),
        "pausedBy": rule.paused_by,
        "maxRunning": rule.max_running,
        "perSecond": rule.per_second,
        "running": running,
        "updatedAt": time_text(rule.updated_at),
    }
