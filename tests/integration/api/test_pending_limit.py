"""Whoever has too many tasks waiting is asked to come back later, and may then."""

from __future__ import annotations

import pytest

from api.failure import Rejected
from api.pending_limit import FRESH_SECONDS, PendingLimit
from shared.clock import FakeClock
from shared.yard import Yard
from tests.answering import complete
from tests.gateway import Bench, Caller, open_account

ECHO = {"type": "ECHO", "content": "hello"}


def test_there_is_room_again_as_tasks_end(bench: Bench, buyer: Caller) -> None:
    clock = FakeClock()
    limit = PendingLimit(bench.yard.store, 2, clock)
    first, _ = (str(buyer.submit(ECHO).get_json()["taskId"]) for _ in range(2))
    with pytest.raises(Rejected, match="2 tasks of this account are waiting"):
        limit.require_room(buyer.account.id)

    complete(bench.yard, first, {})
    clock.advance(FRESH_SECONDS)

    assert limit.room(buyer.account.id) == 1


def test_what_runs_or_is_canceled_does_not_wait(bench: Bench, buyer: Caller) -> None:
    task_id = str(buyer.submit(ECHO).get_json()["taskId"])
    buyer.delete(f"/api/v1/tasks/{task_id}")

    limit = PendingLimit(bench.yard.store, 1, FakeClock())

    assert limit.room(buyer.account.id) == 1


def test_one_accounts_tasks_take_no_room_of_another(yard: Yard, buyer: Caller) -> None:
    buyer.submit(ECHO)

    limit = PendingLimit(yard.store, 1, FakeClock())

    assert limit.room(open_account(yard.store, "other").id) == 1
    assert limit.room(buyer.account.id) == 0
