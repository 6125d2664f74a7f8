"""Hand out what is due, tenants in turn, while the queues have room."""

from __future__ import annotations

from itertools import count

from shared.tasks import dispatch, handout
from shared.yard import Yard

_round = count()
"""Which tenant begins: another one each time."""


def release_due(yard: Yard) -> int:
    """Wake the tasks whose time has come, then fill every queue that has a backlog."""
    with yard.store.read() as tx:
        is_anything_due = handout.is_waking_due(tx)
        queues = handout.busy_queues(tx)
    if is_anything_due:
        yard.store.transact(handout.wake)
        with yard.store.read() as tx:
            queues = handout.busy_queues(tx)
    first = next(_round)
    return sum(dispatch.release(yard, queue, first) for queue in queues)
