"""Which material goes next: what was not used yet, and then what was not used for longest.

Uses are remembered by content, for a mutex: the account or the device that a task has to itself.
Two tasks of one mutex never run at once, so what one chooses is used before another looks; two
mutexes may be given the same at the same time, which is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import case, func, insert, select

from shared.db import Transaction
from shared.material.library import alive_and_good, has_any
from shared.material.material import Material, material_uses, materials


def unused_first(
    tx: Transaction,
    account_id: str,
    whose: str,
    kind: str,
    tags: Sequence[str] = (),
    count: int = 1,
) -> list[Material]:
    """Up to ``count`` pieces of material of that kind for the mutex ``whose``.

    First what was never used for it, in the order in which it came; once all that fits was used,
    what was used longest ago. With ``tags``, only what has one of them. Fewer than ``count``
    where the library has no more that fits; never one of them twice.
    """
    used = (
        select(material_uses.c.sha256, func.max(material_uses.c.number).label("last"))
        .where(material_uses.c.whose == whose)
        .group_by(material_uses.c.sha256)
        .subquery("used")
    )
    query = alive_and_good(account_id).where(materials.c.kind == kind, *has_any(tx, tags))
    is_used = case((used.c.last.is_(None), 0), else_=1)
    turns = query.outerjoin(used, used.c.sha256 == materials.c.sha256).order_by(
        is_used, used.c.last, materials.c.number
    )
    return [Material.of(row) for row in tx.rows(turns.limit(count))]


def note_use(tx: Transaction, whose: str, task_id: str, sha256s: Iterable[str]) -> None:
    """Remember that these contents go to a task of ``whose``; noting it again changes nothing.

    Contents that are not in the library, as of a local folder, are remembered as well.
    """
    known = set(used_by(tx, task_id))
    for sha256 in dict.fromkeys(sha256s):
        if sha256 not in known:
            row = {"whose": whose, "sha256": sha256, "task_id": task_id, "used_at": tx.now}
            tx.execute(insert(material_uses).values(row))


def used_by(tx: Transaction, task_id: str) -> list[str]:
    """Which contents went to a task, in the order in which they were noted.

    An attempt that finds some takes the same again.
    """
    query = select(material_uses.c.sha256).where(material_uses.c.task_id == task_id)
    return [row.sha256 for row in tx.rows(query.order_by(material_uses.c.number))]


def uses_among(tx: Transaction, whose: str, sha256s: Sequence[str]) -> dict[str, int]:
    """Of these contents those that were used for ``whose``: a larger number was used later."""
    last = func.max(material_uses.c.number).label("last")
    query = select(material_uses.c.sha256, last).where(
        material_uses.c.whose == whose, material_uses.c.sha256.in_(sha256s)
    )
    return {row.sha256: row.last for row in tx.rows(query.group_by(material_uses.c.sha256))}
