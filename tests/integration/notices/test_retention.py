"""Old deliveries go, and what has no hope is given up; what stands behind them goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from scheduler.purge_expired import give_up_notices, purge_expired
from shared.clock import FakeClock
from shared.notices import line, retention
from shared.notices.attempts import BREAK_AFTER
from shared.notices.delivery import delivery_tries
from shared.notices.endpoint import endpoints
from shared.notices.webhook import webhooks
from shared.notices.webhook_making import delete_webhook, pause_webhook
from tests.noticing import NoticingYard
from tests.receiver import Receiver
from tests.servers import free_port

DAY = 86_400.0


def test_however_many_endpoints_fail_what_waits_for_them_is_given_up_in_batches(
    sqlite_yard: NoticingYard, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    yard = sqlite_yard
    monkeypatch.setattr(retention, "PURGE_AT_ONCE", 3)
    for _ in range(3):
        yard.webhook("https://example.org/", "queued")
    yard.submit_many(2)
    yard.write()
    with yard.store.begin() as tx:
        tx.execute(update(endpoints).values(failures=BREAK_AFTER, failed_since=tx.now))
    clock.advance(6 * DAY)
    assert [give_up_notices(yard.yard) for _ in range(3)] == [3, 3, 0]
    assert {state for *_, state in yard.told()} == {"given_up"}


def test_a_webhook_with_much_waiting_is_deleted_at_once_and_senders_drop_the_rest(
    yard: NoticingYard, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "DROP_AT_ONCE", 3)
    hook = yard.webhook(receiver.url(), "pending", "queued")
    yard.submit_many(5)
    yard.write()
    with yard.store.begin() as tx:
        delete_webhook(tx, hook.id, hook.account_id)
    left = [(one.event, one.due_at) for one in yard.deliveries() if one.state == "pending"]
    assert len(left) == 7
    assert sum(due_at is not None for _, due_at in left) == 5, "none is left without its first"
    while {state for *_, state in yard.told()} != {"dropped"}:
        assert yard.send() == 0
    assert receiver.requests == []


def count(yard: NoticingYard, table: object) -> int:
    """The rows of ``table``."""
    with yard.store.read() as tx:
        return int(tx.rows(select(func.count()).select_from(table))[0][0])  # type: ignore[arg-type]


def test_deliveries_go_when_their_time_is_over_and_then_their_webhooks(
    yard: NoticingYard, receiver: Receiver, clock: FakeClock
) -> None:
    hook = yard.webhook(receiver.url(), "queued")
    kept = yard.webhook(receiver.url(), "completed")
    yard.submit(callback_url=receiver.url("/callback"))
    yard.run_all()
    yard.tell()
    with yard.store.begin() as tx:
        delete_webhook(tx, hook.id, hook.account_id)
    days = yard.yard.settings.retention_days
    clock.advance((days - 1) * DAY)
    yard.submit()
    yard.run_all()
    yard.tell()
    clock.advance(2 * DAY)
    while purge_expired(yard.yard):
        pass
    assert [one.webhook_id for one in yard.deliveries()] == [kept.id]
    assert count(yard, delivery_tries) == 1
    assert count(yard, webhooks) == 1
    assert count(yard, endpoints) == 1
    yard.submit(callback_url=receiver.url("/callback"))
    yard.run_all()
    yard.tell()
    assert len(receiver.at("/callback")) == 2


def test_what_waits_for_an_endpoint_that_failed_for_days_is_given_up(
    yard: NoticingYard, clock: FakeClock
) -> None:
    dead = yard.webhook(f"http://127.0.0.1:{free_port()}/", "queued", "completed")
    resting = yard.webhook("https://example.org/", "queued")
    with yard.store.begin() as tx:
        pause_webhook(tx, resting.id, resting.account_id)
    task_id = yard.submit()
    yard.run_all()
    yard.tell()
    with yard.store.begin() as tx:
        open_until = tx.now + timedelta(days=10)
        failing = {"failures": BREAK_AFTER, "failed_since": tx.now, "open_until": open_until}
        tx.execute(update(endpoints).values(**failing))
    clock.advance(4.9 * DAY)
    assert give_up_notices(yard.yard) == 0
    clock.advance(0.2 * DAY)
    assert give_up_notices(yard.yard) == 1
    assert yard.told(dead) == [(task_id, "queued", "given_up"), (task_id, "completed", "pending")]
    first, second = yard.deliveries(dead)
    assert first.error == "It waited for its endpoint, which failed for more than 5 days."
    assert second.due_at == clock.now()
    assert yard.told(resting) == [(task_id, "queued", "pending")]
