"""Old deliveries go, and what has no hope is given up; what stands behind them goes on."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update

from scheduler.purge_expired import give_up_notices, purge_expired
from shared.clock import FakeClock
from shared.notices.attempts import BREAK_AFTER
from shared.notices.delivery import delivery_tries
from shared.notices.endpoint import endpoints
from shared.notices.webhook import webhooks
from shared.notices.webhook_making import delete_webhook, pause_webhook
from tests.noticing import NoticingYard
from tests.receiver import Receiver
from tests.servers import free_port

DAY = 86_400.0


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
