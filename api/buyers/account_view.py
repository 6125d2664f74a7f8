"""Projects, credits and counts as buyers see them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from shared.accounts.account import Account
from shared.accounts.ledger_entry import LedgerEntry
from shared.accounts.project import Project
from shared.moments import time_text
from shared.tasks.status import Status


def project_body(project: Project, account: Account) -> dict[str, Any]:
    """A project, with the policy that holds in it."""
    return {
        "id": project.id,
        "name": project.name,
        "annotators": (project.annotators or account.annotators).value,
        "createdAt": time_text(project.created_at),
    }


def credits_body(account: Account) -> dict[str, int]:
    """What an account has."""
    return {"balanceCents": account.balance_cents, "heldCents": account.held_cents}


def entry_body(entry: LedgerEntry) -> dict[str, Any]:
    """One half of a posting."""
    return {
        "postingId": entry.posting_id,
        "kind": entry.kind.value,
        "book": entry.book.value,
        "amountCents": entry.amount_cents,
        "taskId": entry.task_id,
        "at": time_text(entry.at),
    }


def stats_body(counts: Mapping[tuple[str, Status], int]) -> dict[str, Any]:
    """Counts by status, in all and by type."""
    total: Counter[Status] = Counter()
    by_type: dict[str, Counter[Status]] = {}
    for (name, status), count in sorted(counts.items()):
        total[status] += count
        by_type.setdefault(name, Counter())[status] += count
    return {**_by_status(total), "byType": {n: _by_status(c) for n, c in by_type.items()}}


def _by_status(counts: Counter[Status]) -> dict[str, int]:
    return {"total": counts.total(), **{status.value: counts[status] for status in Status}}
