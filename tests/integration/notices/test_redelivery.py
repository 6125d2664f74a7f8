"""Tests, replays, changes and deletion of webhooks, with a real receiver, on each kind of store."""

from __future__ import annotations

from functools import partial

import pytest

from shared.clock import FakeClock
from shared.db import Transaction
from shared.errors import Conflict, NotFound
from shared.notices.callback_signing import callback_secret, rotate_callback_secret
from shared.notices.delivery import Delivery, DeliveryState
from shared.notices.delivery_log import Wanted, get_delivery, health_of
from shared.notices.redelivery import Span, add_test, replay, replay_next
from shared.notices.secret import open_secrets
from shared.notices.webhook import Webhook
from shared.notices.webhook_making import (
    change_webhook,
    delete_webhook,
    resume_webhook,
)
from tests.memory_yard import in_threads
from tests.noticing import NoticingYard
from tests.receiver import Receiver


def try_out(yard: NoticingYard, hook: Webhook) -> Delivery:
    """A test that was asked for."""
    return yard.store.transact(lambda tx: add_test(tx, yard.read(hook)))


def replayed(yard: NoticingYard, delivery: Delivery) -> Delivery:
    """A delivery that was asked for again."""

    def again(tx: Transaction) -> Delivery:
        wanted = Wanted(account_id=delivery.account_id, webhook_id=delivery.webhook_id)
        return replay(tx, get_delivery(tx, wanted, delivery.id))

    return yard.store.transact(again)


def test_a_test_is_sent_and_signed(yard: NoticingYard, receiver: Receiver) -> None:
    hook = yard.webhook(receiver.url(), "failed", types=("NONE",))
    delivery = try_out(yard, hook)
    yard.send()
    (request,) = receiver.requests
    assert request.is_signed_by(yard.secrets[hook.id])
    assert request.id == delivery.id
    assert request.said["type"] == "webhook.test"
    assert request.said["data"]["webhookId"] == hook.id


def test_a_replay_has_the_same_id_and_body(yard: NoticingYard, receiver: Receiver) -> None:
    hook = yard.webhook(receiver.url(), "completed")
    yard.submit()
    yard.run_all()
    yard.tell()
    (delivery,) = yard.deliveries(hook)

    assert replayed(yard, delivery).state == DeliveryState.PENDING
    yard.send()

    first, second = receiver.requests
    assert (first.id, first.body) == (second.id, second.body)
    assert [one.state for one in yard.deliveries()] == ["delivered"]
    assert len(yard.tries(delivery)) == 2


def test_what_waits_for_its_next_try_is_sent_now(
    clock: FakeClock, yard: NoticingYard, receiver: Receiver
) -> None:
    hook = yard.webhook(receiver.url(), "completed")
    receiver.says(500)
    delivery = try_out(yard, hook)
    yard.send()
    receiver.says(204)
    assert yard.send() == 0
    replayed(yard, delivery)
    assert yard.send() == 1
    assert [one.state for one in yard.deliveries()] == ["delivered"]


def test_a_range_is_replayed_in_batches_in_order(
    clock: FakeClock, yard: NoticingYard, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.notices.redelivery.AT_ONCE", 2)
    hook = yard.webhook(receiver.url())
    for _ in range(2):
        yard.submit()
        yard.run_all()
        clock.advance(60)
    yard.tell()
    while yard.send():
        pass
    sent = [request.id for request in receiver.requests]
    wanted = Wanted(account_id=hook.account_id, webhook_id=hook.id, state=DeliveryState.DELIVERED)
    span, after, count = Span(since=hook.created_at), 0, 0
    while True:
        batch = yard.store.transact(partial(replay_next, wanted=wanted, span=span, after=after))
        count += batch.count
        if batch.last is None:
            break
        after = batch.last.number
    assert count == len(sent)
    receiver.requests.clear()
    while yard.send():
        pass
    assert sorted(request.id for request in receiver.requests) == sorted(sent)
    for task_id in {one.task_id for one in yard.deliveries()}:
        mine = [one.id for one in yard.deliveries() if one.task_id == task_id]
        again = [request.id for request in receiver.requests if request.id in mine]
        assert again == mine


def test_a_deleted_webhook_is_told_nothing_more(yard: NoticingYard, receiver: Receiver) -> None:
    hook = yard.webhook(receiver.url())
    delivery = try_out(yard, hook)
    yard.submit()
    yard.write()
    yard.store.transact(lambda tx: delete_webhook(tx, hook.id, hook.account_id))
    yard.submit()
    yard.tell()
    assert receiver.requests == []
    assert {one.state for one in yard.deliveries()} == {"dropped"}
    with pytest.raises(Conflict):
        replayed(yard, delivery)
    with pytest.raises(NotFound):
        yard.read(hook)


def test_a_webhook_that_said_gone_is_disabled_until_it_is_resumed(
    clock: FakeClock, yard: NoticingYard, receiver: Receiver
) -> None:
    hook = yard.webhook(receiver.url())
    receiver.says(410)
    delivery = try_out(yard, hook)
    yard.send()
    assert yard.read(hook).disabled_at is not None
    with pytest.raises(Conflict, match="disabled"):
        try_out(yard, hook)
    with pytest.raises(Conflict, match="disabled"):
        replayed(yard, delivery)

    resumed = yard.store.transact(lambda tx: resume_webhook(tx, hook.id, hook.account_id))

    assert (resumed.disabled_at, resumed.disabled_reason) == (None, None)
    with yard.store.read() as tx:
        assert health_of(tx, [hook.id])[hook.id].failures == 0
    receiver.says(204)
    replayed(yard, delivery)
    yard.send()
    assert [one.state for one in yard.deliveries()] == ["delivered"]


def test_what_waits_goes_to_the_new_url(yard: NoticingYard, receiver: Receiver) -> None:
    hook = yard.webhook(receiver.url("/before"))
    try_out(yard, hook)
    change = {"url": receiver.url("/after")}
    yard.store.transact(lambda tx: change_webhook(tx, hook.id, hook.account_id, change))
    yard.send()
    assert [request.path for request in receiver.requests] == ["/after"]


def test_the_secret_of_callbacks_is_made_once(yard: NoticingYard) -> None:
    settings, account_id = yard.yard.settings, yard.account.id

    def read() -> list[str]:
        found = yard.store.transact(lambda tx: callback_secret(tx, settings, account_id))
        return found.opened(settings, found.previous_until or yard.account.created_at)

    told = in_threads(8, lambda _: read())
    assert len({secrets[0] for secrets in told}) == 1

    def rotated() -> list[str]:
        def work(tx: Transaction) -> list[str]:
            found = rotate_callback_secret(tx, settings, account_id)
            return open_secrets(settings, found, "callbacks", tx.now)

        return yard.store.transact(work)

    now, before = rotated()
    assert (before, now != before) == (told[0][0], True)
