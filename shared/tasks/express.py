"""Who has next to nothing under way need not wait behind others' backlogs.

A tenant's first few tasks are handed out in the commit of their submit, whatever waits of others,
and their messages are taken before all that are not express. Whoever wants more stands in line.
This is how FQ-CoDel treats sparse flows (RFC 8290, section 4.2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import and_, func, select

from shared.db import Transaction
from shared.tasks.backlog import READY
from shared.tasks.draft import Draft
from shared.tasks.task import AT_BROKER, ON_WORKERS, tasks

FEW = 4
"""So many of a tenant's tasks may be handed out or running in a queue before it stands in line."""


def express(tx: Transaction, drafts: Sequence[Draft], chosen: Collection[str]) -> set[str]:
    """The drafts that go at once although there is no room; ``chosen`` go by the room there is."""
    under_way = Counter((d.account_id, d.task_type.queue) for d in drafts if d.id in chosen)
    waiting = [d for d in drafts if d.id not in chosen]
    for account_id, queue in {(d.account_id, d.task_type.queue) for d in waiting}:
        if under_way[account_id, queue] < FEW:
            under_way[account_id, queue] += _under_way(tx, account_id, queue)
    ahead: set[str] = set()
    for draft in waiting:
        key = (draft.account_id, draft.task_type.queue)
        if under_way[key] < FEW:
            under_way[key] += 1
            ahead.add(draft.id)
    return ahead


def _under_way(tx: Transaction, account_id: str, queue: str) -> int:
    """What of the tenant's the workers have or will have soon; `FEW` if more of it waits."""
    its = and_(tasks.c.account_id == account_id, tasks.c.queue == queue)
    ready = select(tasks.c.id).where(*READY, its)
    if tx.first(ready.limit(1)) is not None:
        return FEW
    return sum(
        int(tx.execute(select(func.count()).where(where, its)).scalar_one())
        for where in (AT_BROKER, ON_WORKERS)
    )
