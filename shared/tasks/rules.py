"""Rules pause or limit what is handed out: of a queue, of a type, of an account.

A rule counts for the whole yard, or, where an account's operator made it, for that account's
tasks alone. It decides about hand-outs; what runs already goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import inf
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Float,
    Integer,
    String,
    Table,
    Text,
    and_,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from shared.columns import Moment
from shared.db import Transaction, metadata
from shared.tasks.status import Status
from shared.tasks.task import ON_WORKERS, has_status, tasks

CLOCK_SECONDS = 5.0
"""Processes' clocks differ by less: a bucket filled later than that in the future was filled by a
clock that has been put back since, and counts as full."""
YARD = ""
"""The owner of rules that count for everybody."""

rules = Table(
    "rules",
    metadata,
    Column("owner_id", String(36), primary_key=True),
    Column("scope", String(10), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("paused_at", Moment),
    Column("paused_by", Text),
    Column("max_running", Integer),
    Column("per_second", Float(53)),
    Column("tokens", Float(53), nullable=False),
    Column("filled_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)


class Scope(StrEnum):
    """What a rule is about."""

    QUEUE = "queue"
    TYPE = "type"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class RuleKey:
    """What names a rule: ``name`` is a queue's or a type's name, or an account's id."""

    scope: Scope
    name: str
    owner_id: str = YARD

    def concerns(self, account_id: str, queue: str, type_name: str) -> bool:
        """Whether a task of that account, queue and type falls under the rule."""
        names = {Scope.QUEUE: queue, Scope.TYPE: type_name, Scope.ACCOUNT: account_id}
        return self.owner_id in (YARD, account_id) and names[self.scope] == self.name

    def covers(self) -> ColumnElement[bool]:
        """The same as a condition on `tasks`."""
        column = {
            Scope.QUEUE: tasks.c.queue,
            Scope.TYPE: tasks.c.type,
            Scope.ACCOUNT: tasks.c.account_id,
        }[self.scope]
        owned = tasks.c.account_id == self.owner_id if self.owner_id != YARD else true()
        return and_(column == self.name, owned)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A pause, limits, or both.

    ``max_running`` bounds the tasks that are handed out or running on workers at once,
    ``per_second`` how many are handed out in a second: a token bucket that holds ``tokens``
    since ``filled_at``, and one second's worth, but at least one task, at most.
    """

    key: RuleKey
    paused_at: datetime | None = None
    paused_by: str | None = None
    max_running: int | None = None
    per_second: float | None = None
    tokens: float = 1.0
    filled_at: datetime
    updated_at: datetime

    @property
    def is_paused(self) -> bool:
        """Whether nothing is handed out."""
        return self.paused_at is not None

    @property
    def does_anything(self) -> bool:
        """Whether it pauses or limits."""
        return self.is_paused or self.max_running is not None or self.per_second is not None

    def concerns(self, account_id: str, queue: str, type_name: str) -> bool:
        """Whether a task of that account, queue and type falls under it."""
        return self.key.concerns(account_id, queue, type_name)

    def tokens_at(self, at: datetime) -> float:
        """How many tasks the rate allows at ``at``; infinite where there is no rate."""
        if self.per_second is None:
            return inf
        full = max(1.0, self.per_second)
        elapsed = (at - self.filled_at).total_seconds()
        if elapsed < -CLOCK_SECONDS:
            return full
        return min(self.tokens + max(0.0, elapsed) * self.per_second, full)


def rules_about(tx: Transaction, account_ids: Collection[str]) -> list[Rule]:
    """Every rule that may concern a task of one of those accounts."""
    own = rules.c.owner_id.in_(account_ids)
    of_yard = or_(rules.c.scope != Scope.ACCOUNT, rules.c.name.in_(account_ids))
    return _rules(tx, or_(own, and_(rules.c.owner_id == YARD, of_yard)))


def read_rules(tx: Transaction, owner_id: str | None = None) -> list[Rule]:
    """The rules of that owner, or all there are."""
    return _rules(tx, true() if owner_id is None else rules.c.owner_id == owner_id)


def find_rule(tx: Transaction, key: RuleKey) -> Rule | None:
    """The rule of that key, or None."""
    found = _rules(tx, _is(key))
    return found[0] if found else None


def write_rule(tx: Transaction, rule: Rule) -> None:
    """Keep ``rule`` in place of the one with its key; one that does nothing is removed."""
    values = _values(rule)
    if not rule.does_anything:
        tx.execute(delete(rules).where(_is(rule.key)))
    elif tx.execute(update(rules).where(_is(rule.key)).values(values)).rowcount == 0:
        tx.execute(insert(rules).values(values))


def spend(tx: Transaction, rule: Rule, count: int) -> None:
    """Take ``count`` tasks out of the rule's bucket."""
    is_ahead = tx.now < rule.filled_at <= tx.now + timedelta(seconds=CLOCK_SECONDS)
    filled_at = rule.filled_at if is_ahead else tx.now
    left = {"tokens": rule.tokens_at(tx.now) - count, "filled_at": filled_at}
    tx.execute(update(rules).where(_is(rule.key)).values(left))


@dataclass(frozen=True, slots=True)
class Flights:
    """How many tasks are handed out or running on workers, by account, queue and type."""

    counts: Sequence[tuple[str, str, str, int]]

    def under(self, key: RuleKey) -> int:
        """How many of them fall under ``key``."""
        return sum(count for *task, count in self.counts if key.concerns(*task))


def read_flights(tx: Transaction) -> Flights:
    """Count what is in flight, all of it at once: it is never much."""
    # as text, lest SQLite groups by walking through the index of every account's tasks
    kinds = (_text(tasks.c.account_id).label("account_id"), tasks.c.queue, tasks.c.type)
    found = [
        row
        for where in (has_status(Status.QUEUED), ON_WORKERS)
        for row in tx.rows(select(*kinds, func.count().label("n")).where(where).group_by(*kinds))
    ]
    return Flights([(str(r.account_id), r.queue, r.type, r.n) for r in found])


def in_flight(tx: Transaction, key: RuleKey) -> int:
    """How many tasks under ``key`` are handed out or running on workers."""
    return read_flights(tx).under(key)


def allowance(rule: Rule, flights: Flights, at: datetime) -> float:
    """How many tasks more the rule lets go at ``at``; infinite where it does not say. Pure."""
    if rule.is_paused:
        return 0.0
    free = inf if rule.max_running is None else rule.max_running - flights.under(rule.key)
    return min(free, rule.tokens_at(at))


def paused_with_queued(tx: Transaction) -> list[RuleKey]:
    """The keys of pauses beside which tasks are handed out all the same."""
    is_paused = rules.c.paused_at.is_not(None)
    if tx.first(select(rules.c.name).where(is_paused).limit(1)) is None:
        return []  # mostly so, and servers may have very much that is queued
    covered = or_(
        and_(rules.c.scope == Scope.QUEUE, rules.c.name == tasks.c.queue),
        and_(rules.c.scope == Scope.TYPE, rules.c.name == tasks.c.type),
        and_(rules.c.scope == Scope.ACCOUNT, rules.c.name == _text(tasks.c.account_id)),
    )
    owned = or_(rules.c.owner_id == YARD, rules.c.owner_id == _text(tasks.c.account_id))
    key = (rules.c.scope, rules.c.name, rules.c.owner_id)
    query = select(*key).join(tasks, and_(covered, owned)).distinct()
    found = tx.rows(query.where(is_paused, has_status(Status.QUEUED)))
    return [RuleKey(Scope(row.scope), row.name, row.owner_id) for row in found]


def _text(column: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(column, String(36))


def queued_under(tx: Transaction, key: RuleKey, most: int) -> list[str]:
    """The ids of up to ``most`` tasks under ``key`` that are handed out and not started."""
    query = select(tasks.c.id).where(has_status(Status.QUEUED), key.covers())
    return [row.id for row in tx.rows(query.limit(most))]


def _is(key: RuleKey) -> ColumnElement[bool]:
    return and_(
        rules.c.owner_id == key.owner_id, rules.c.scope == key.scope, rules.c.name == key.name
    )


def _rules(tx: Transaction, where: ColumnElement[bool]) -> list[Rule]:
    order = (rules.c.owner_id, rules.c.scope, rules.c.name)
    return [_rule(dict(r._mapping)) for r in tx.rows(select(rules).where(where).order_by(*order))]


def _rule(values: dict[str, Any]) -> Rule:
    owner, scope, name = (values.pop(part) for part in ("owner_id", "scope", "name"))
    return Rule(key=RuleKey(Scope(scope), name, owner), **values)


def _values(rule: Rule) -> dict[str, Any]:
    columns: Sequence[str] = [c.name for c in rules.c if not c.primary_key]
    key = {"owner_id": rule.key.owner_id, "scope": rule.key.scope, "name": rule.key.name}
    return key | {name: getattr(rule, name) for name in columns}
