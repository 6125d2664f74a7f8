"""A chore over many rows must not stop for ever at one that cannot be moved."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from shared.db import Transaction
from shared.errors import Unavailable
from shared.yard import Yard

log = logging.getLogger(__name__)
Move = Callable[[Transaction, str | None], int]


def together_or_singly(
    yard: Yard, move: Move, candidates: Callable[[Transaction], Sequence[str]]
) -> int:
    """``move`` all in one transaction; where that fails, each of ``candidates`` by itself.

    ``move`` takes a task's id, or None for all, and answers how many it moved. What cannot be
    moved (its books are wrong, say) is passed by and said in the log.
    """
    try:
        return yard.store.transact(lambda tx: move(tx, None))
    except Unavailable:
        raise
    except Exception:
        log.exception("one of many tasks cannot be moved; trying each by itself")
    with yard.store.read() as tx:
        ids = candidates(tx)
    return sum(_alone(yard, move, task_id) for task_id in ids)


def _alone(yard: Yard, move: Move, task_id: str) -> int:
    try:
        return yard.store.transact(lambda tx: move(tx, task_id))
    except Unavailable:
        raise
    except Exception:
        log.exception("task %s cannot be moved", task_id)
        return 0
