"""A change of a rule, as an operator asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.tasks import control
from shared.tasks.control import KEEP
from shared.tasks.rules import Rule, RuleKey
from shared.yard import Yard


def apply(yard: Yard, key: RuleKey, change: Mapping[str, Any], actor: str) -> Rule:
    """Change the rule of that key, which ``change`` says something about."""
    return control.change(
        yard,
        key,
        actor=actor,
        paused=change.get("paused", KEEP),
        max_running=change.get("maxRunning", KEEP),
        per_second=change.get("perSecond", KEEP),
    )
