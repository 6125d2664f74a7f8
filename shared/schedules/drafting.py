"""Schedules' tasks are drafted: for accounts as they are now, within their limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select

from shared.accounts.account import Account, accounts
from shared.accounts.annotators import Annotators
from shared.accounts.project import Project, projects
from shared.db import Transaction
from shared.errors import Refused
from shared.schedules.pattern import Pattern
from shared.schedules.schedule import Schedule
from shared.tasks import queries
from shared.tasks.draft import Draft
from shared.tasks.status import Status
from shared.yard import Yard

WAITING = (Status.PENDING, Status.QUEUED)


class DraftingDesk:
    """Looks up the accounts and projects of some schedules, and counts what their tasks add."""

    def __init__(self, tx: Transaction, yard: Yard, found: Iterable[Schedule]) -> None:
        self._yard = yard
        self._patterns = {one.id: Pattern(**one.pattern) for one in found}
        self._accounts = _accounts(tx, {one.account_id for one in found})
        self._projects = _projects(tx, {p.project_id for p in self._patterns.values()})
        most = yard.settings.max_pending_tasks
        self._room = {id_: most - _waiting(tx, id_) for id_ in self._accounts}
        self._drafted = defaultdict[str, int](int)

    def draft(self, schedule: Schedule) -> Draft:
        """One more task of ``schedule``; `Refused` where its account cannot have it now."""
        account = self._accounts[schedule.account_id]
        if not account.enabled:
            raise Refused("The account is disabled.", code="FORBIDDEN")
        if self._drafted[account.id] >= self._room[account.id]:
            most = self._yard.settings.max_pending_tasks
            message = f"{most} tasks of this account are waiting already."
            raise Refused(message, code="RATE_LIMITED")
        pattern = self._patterns[schedule.id]
        policy = self._policy(account, pattern.project_id)
        drafted = pattern.draft(self._yard.registry, account.id, schedule.secrets, policy)
        self._drafted[account.id] += 1
        return replace(drafted, schedule_id=schedule.id)

    def _policy(self, account: Account, project_id: str | None) -> Annotators:
        project = self._projects.get(project_id or "")
        return (project and project.annotators) or account.annotators


def _accounts(tx: Transaction, ids: set[str]) -> dict[str, Account]:
    found = tx.rows(select(accounts).where(accounts.c.id.in_(ids)))
    return {str(row.id): Account.of(row) for row in found}


def _projects(tx: Transaction, ids: set[str | None]) -> dict[str, Project]:
    wanted = ids - {None}
    if not wanted:
        return {}
    found = tx.rows(select(projects).where(projects.c.id.in_(wanted)))
    return {str(row.id): Project.of(row) for row in found}


def _waiting(tx: Transaction, account_id: str) -> int:
    counted = queries.counts(tx, account_id)
    return sum(count for (_, status), count in counted.items() if status in WAITING)
