"""Pausing, resuming and limiting: a rule is written, and what it stops is taken back."""

from __future__ import annotations

import logging
from dataclasses import replace
from enum import Enum
from math import isfinite
from typing import Any

from shared.db import Transaction
from shared.errors import Refused
from shared.tasks import lifecycle
from shared.tasks.handout import DISPATCH
from shared.tasks.rules import (
    Rule,
    RuleKey,
    find_rule,
    paused_with_queued,
    queued_under,
    write_rule,
)
from shared.yard import Yard

log = logging.getLogger(__name__)
BACK_AT_ONCE = 1000
PAUSED = "paused"


class Keep(Enum):
    """Stands for a bound that stays as it is; None lifts one."""

    KEEP = "keep"


KEEP = Keep.KEEP


def change(
    yard: Yard,
    key: RuleKey,
    *,
    actor: str,
    paused: bool | Keep = KEEP,
    max_running: int | Keep | None = KEEP,
    per_second: float | Keep | None = KEEP,
) -> Rule:
    """Pause or resume, and bound what runs at once and what is handed out in a second.

    All in one transaction; None lifts a bound, and what is not given stays as it is. Once this
    returns, the scheduler hands out by the new rule; a gateway's commit that was on its way may
    still be over a new limit. Raises `Refused` for a bound that is no number.
    """
    asked = {"max_running": max_running, "per_second": per_second}
    bounds: dict[str, Any] = {name: value for name, value in asked.items() if value is not KEEP}
    if not all(value is None or isfinite(value) for value in bounds.values()):
        raise Refused("A limit must be a number.", code="INVALID_FIELD")
    log.info("%s changes %s %s: paused=%s %s", actor, key.scope, key.name, paused, bounds)

    def work(tx: Transaction) -> Rule:
        tx.lock(DISPATCH)
        present = find_rule(tx, key) or Rule(key=key, filled_at=tx.now, updated_at=tx.now)
        rule = _bounded(tx, present, bounds) if bounds else present
        rule = _switched(tx, rule, paused, actor) if isinstance(paused, bool) else rule
        rule = replace(rule, updated_at=tx.now)
        write_rule(tx, rule)
        return rule

    rule = yard.store.transact(work)
    if paused is True:
        _take_back(yard, key, actor)
    return rule


def pause(yard: Yard, key: RuleKey, *, actor: str) -> Rule:
    """Hand out nothing more under ``key``, and take back what no worker has started."""
    return change(yard, key, actor=actor, paused=True)


def resume(yard: Yard, key: RuleKey, *, actor: str) -> Rule:
    """Hand out again what the pause held back; limits stay."""
    return change(yard, key, actor=actor, paused=False)


def limit(
    yard: Yard,
    key: RuleKey,
    *,
    actor: str,
    max_running: int | Keep | None = KEEP,
    per_second: float | Keep | None = KEEP,
) -> Rule:
    """Bound what runs at once and what is handed out in a second; see `change`."""
    return change(yard, key, actor=actor, max_running=max_running, per_second=per_second)


def _bounded(tx: Transaction, rule: Rule, bounds: dict[str, Any]) -> Rule:
    bound = replace(rule, **bounds)
    tokens = min(rule.tokens_at(tx.now), max(1.0, bound.per_second or 0.0))
    return replace(bound, tokens=tokens, filled_at=tx.now)


def _switched(tx: Transaction, rule: Rule, paused: bool, actor: str) -> Rule:
    if not paused:
        return replace(rule, paused_at=None, paused_by=None)
    return replace(rule, paused_at=rule.paused_at or tx.now, paused_by=rule.paused_by or actor)


def keep_paused(yard: Yard) -> int:
    """Take back what was handed out beside a pause, as by a commit that was on its way."""
    with yard.store.read() as tx:
        paused = paused_with_queued(tx)
    return sum(_take_back(yard, key, "scheduler") for key in paused)


def _take_back(yard: Yard, key: RuleKey, actor: str) -> int:
    def work(tx: Transaction) -> int:
        ids = queued_under(tx, key, BACK_AT_ONCE)
        return len(lifecycle.take_back(tx, ids, actor=actor, reason=PAUSED))

    total = 0
    while moved := yard.store.transact(work):
        total += moved
    return total
