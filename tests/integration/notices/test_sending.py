"""Notices are sent, signed, again where that failed, and in order; a real receiver looks on."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from scheduler.notices.sender import Sender
from shared.clock import FakeClock
from shared.notices import settling
from shared.notices.attempts import (
    BREAK_AFTER,
    FIRST_PAUSE_SECONDS,
    JITTER,
    MOST_TRIES,
    SEATS,
    WAITS,
)
from shared.notices.claiming import LEASE, claim
from shared.notices.webhook_making import pause_webhook, resume_webhook, rotate_secret
from tests.memory_yard import in_threads
from tests.noticing import NoticingYard
from tests.receiver import Receiver, Request, receiving
from tests.servers import eventually, free_port


def test_a_notice_is_signed_and_says_what_happened(yard: NoticingYard, receiver: Receiver) -> None:
    hook = yard.webhook(receiver.url("/mine"), "completed")
    task_id = yard.submit()
    yard.run_all()
    assert yard.tell() == 1
    [request] = receiver.requests
    assert request.path == "/mine"
    assert request.is_signed_by(yard.secrets[hook.id])
    assert not request.is_signed_by("whsec_" + "A" * 43 + "=")
    assert request.headers["content-type"] == "application/json"
    assert request.said["type"] == "task.completed"
    assert request.said["data"]["taskId"] == task_id
    assert yard.told() == [(task_id, "completed", "delivered")]
    [delivery] = yard.deliveries()
    assert (request.id, delivery.body.encode()) == (delivery.id, request.body)
    [tried] = yard.tries(delivery)
    assert (tried.status_code, tried.error) == (204, None)
    assert yard.tell() == 0


def test_a_receiver_that_fails_nine_times_gets_it_at_the_tenth(
    yard: NoticingYard, receiver: Receiver, clock: FakeClock
) -> None:
    hook = yard.webhook(receiver.url(), "completed")
    yard.submit()
    yard.run_all()
    receiver.says(500)
    receiver.text = b"x" * 5000
    for tries, wait in enumerate(WAITS, 1):
        clock.advance(max(0.0, wait - 0.1))
        early = yard.tell() if wait else 0
        assert early == 0, f"try {tries} came too early"
        if tries == MOST_TRIES:
            receiver.says(200)
        clock.advance(0.1 + wait * JITTER)
        assert yard.tell() == 1, f"try {tries}"
    assert len(receiver.counted) == 1
    assert len(receiver.requests) == MOST_TRIES
    assert len({request.body for request in receiver.requests}) == 1
    assert all(request.is_signed_by(yard.secrets[hook.id]) for request in receiver.requests)
    [delivery] = yard.deliveries()
    assert (delivery.state, delivery.tries, delivery.error) == ("delivered", 10, None)
    tries_made = yard.tries(delivery)
    assert [tried.status_code for tried in tries_made] == [500] * 9 + [200]
    assert tries_made[0].error == "It answered with status 500."
    assert tries_made[0].answer == "x" * 1024
    assert yard.endpoint(hook).failures == 0


def test_what_failed_ten_times_is_given_up_and_what_came_later_goes_then(
    sqlite_yard: NoticingYard, receiver: Receiver, clock: FakeClock
) -> None:
    yard = sqlite_yard
    yard.webhook(receiver.url(), "running", "completed")
    task_id = yard.submit()
    yard.run_all()
    receiver.answer = lambda request: (400 if "task.running" in request.body.decode() else 200, {})
    for wait in WAITS:
        assert [one.event for one in yard.deliveries() if one.state == "delivered"] == []
        clock.advance(wait * (1 + JITTER))
        yard.tell()
    assert [state for *_, state in yard.told()] == ["given_up", "pending"]
    clock.advance(3600)  # its endpoint failed often, and is left alone for a while
    yard.tell()
    assert yard.told() == [
        (task_id, "running", "given_up"),
        (task_id, "completed", "delivered"),
    ]
    assert [request.said["type"] for request in receiver.requests] == [
        *["task.running"] * MOST_TRIES,
        "task.completed",
    ]


def test_events_of_a_task_come_in_order_though_an_earlier_one_is_late(
    yard: NoticingYard, receiver: Receiver, clock: FakeClock
) -> None:
    yard.webhook(receiver.url())
    first, second = yard.submit_many(2)
    failed: list[str] = []

    def answer(request: Request) -> tuple[int, dict[str, str]]:
        is_first = request.said["data"]["taskId"] == first and not failed
        if is_first:
            failed.append(request.id)
        return (500 if is_first else 204), {}

    receiver.answer = answer
    yard.tell()
    yard.run_all()
    yard.tell()
    of_first = [r.id for r in receiver.requests if r.said["data"]["taskId"] == first]
    assert of_first == failed
    assert {state for task, _, state in yard.told() if task == second} == {"delivered"}
    clock.advance(6)
    yard.tell()
    for task_id in (first, second):
        came = [r.said["type"] for r in receiver.requests if r.said["data"]["taskId"] == task_id]
        expected = ["pending", "queued", "running", "completed"]
        again = ["pending"] if task_id == first else []
        assert came == [f"task.{word}" for word in again + expected]


def test_a_dead_endpoint_costs_the_living_ones_nothing(
    yard: NoticingYard, receiver: Receiver, clock: FakeClock
) -> None:
    dead = yard.webhook(f"http://127.0.0.1:{free_port()}/", "queued")
    living = yard.webhook(receiver.url(), "queued")
    yard.submit_many(100)
    yard.write()
    sent = yard.send()
    assert len(receiver.requests) == 100
    assert sent - 100 <= 5, "the dead one is tried a few times, then no more"
    assert {state for _, _, state in yard.told(living)} == {"delivered"}
    assert {state for _, _, state in yard.told(dead)} == {"pending"}
    [*_, failed] = yard.tries(yard.deliveries(dead)[0])
    assert failed.error.startswith("The connection could not be made")
    opened = yard.endpoint(dead).open_until
    clock.advance((opened - clock.now()).total_seconds())
    assert yard.send() == 1, "one try finds out whether it lives"
    further = yard.endpoint(dead).open_until - clock.now()
    assert further > timedelta(seconds=50), "and the pause grows"
    assert len(yard.deliveries(dead)) == 100


def test_accounts_whose_endpoints_are_all_silent_leave_room_for_others(
    sqlite_yard: NoticingYard, receiver: Receiver
) -> None:
    yard = sqlite_yard
    with receiving() as silent:
        silent.open.clear()
        for name in ("noisy", "loud"):
            account = yard.open_account(name)
            for _ in range(5):
                yard.webhook(silent.url(), "queued", account_id=account.id)
            yard.submit_many(5, account_id=account.id)
        yard.write()
        living = yard.webhook(receiver.url(), "queued")
        yard.submit_many(10)
        yard.write()

        async def until_told(sender: Sender) -> None:
            stop = asyncio.Event()
            running = asyncio.create_task(sender.run(stop))
            is_told = lambda: {s for *_, s in yard.told(living)} == {"delivered"}  # noqa: E731
            await asyncio.to_thread(eventually, is_told)
            assert len(silent.requests) == 2 + 1, "half of the places, and half of what was left"
            silent.open.set()
            stop.set()
            await running

        yard.with_sender(until_told, at_once=4)


def test_what_fails_at_the_same_time_makes_one_pause_and_not_a_longer_one(
    sqlite_yard: NoticingYard, receiver: Receiver, clock: FakeClock
) -> None:
    yard = sqlite_yard
    hook = yard.webhook(receiver.url(), "queued")
    yard.submit()
    yard.tell()  # so it is sent several at once from now on
    receiver.says(500)
    yard.submit_many(SEATS)
    assert yard.tell() == SEATS
    paused = yard.endpoint(hook).open_until - clock.now()
    assert paused.total_seconds() <= FIRST_PAUSE_SECONDS * (1 + JITTER)
    assert yard.endpoint(hook).failures == BREAK_AFTER


def test_a_dead_endpoint_that_lives_again_gets_everything_once(
    sqlite_yard: NoticingYard, receiver: Receiver, clock: FakeClock
) -> None:
    yard = sqlite_yard
    hook = yard.webhook(receiver.url(), "queued")
    receiver.says(503)
    yard.submit_many(30)
    yard.tell()
    receiver.requests.clear()
    receiver.says(200)
    clock.advance(3600)
    assert yard.send() == 30
    assert set(receiver.counted.values()) == {1}
    assert yard.endpoint(hook).open_until is None
    assert {state for _, _, state in yard.told()} == {"delivered"}


@pytest.mark.parametrize(
    ("status", "complaint"),
    [
        (302, "It answered with status 302; redirects are not followed."),
        (404, "It answered with status 404."),
    ],
)
def test_what_is_no_success_is_a_failure(
    sqlite_yard: NoticingYard, receiver: Receiver, status: int, complaint: str
) -> None:
    yard = sqlite_yard
    yard.webhook(receiver.url(), "queued")
    receiver.says(status, Location=receiver.url("/elsewhere"))
    yard.submit()
    assert yard.tell() == 1
    [delivery] = yard.deliveries()
    assert (delivery.state, delivery.error) == ("pending", complaint)
    assert receiver.at("/elsewhere") == []


def test_an_endpoint_that_is_gone_is_disabled_and_what_waits_for_it_is_dropped(
    yard: NoticingYard, receiver: Receiver
) -> None:
    hook = yard.webhook(receiver.url(), "queued", "completed")
    other = yard.webhook(receiver.url("/other"), "completed")
    receiver.answer = lambda request: ((410 if request.path == "/hook" else 200), {})
    task_id = yard.submit()
    yard.run_all()
    yard.tell()
    assert yard.read(hook).disabled_at is not None
    assert yard.read(hook).disabled_reason == "It answered with status 410: it is gone."
    assert yard.told(hook) == [(task_id, "queued", "given_up"), (task_id, "completed", "dropped")]
    assert yard.told(other) == [(task_id, "completed", "delivered")]
    yard.submit()
    yard.tell()
    assert len(yard.deliveries(hook)) == 2


def test_an_endpoint_that_asks_to_wait_is_left_alone_for_that_long(
    sqlite_yard: NoticingYard, receiver: Receiver, clock: FakeClock
) -> None:
    yard = sqlite_yard
    yard.webhook(receiver.url(), "queued")
    receiver.says(429, Retry_After="120")
    yard.submit()
    yard.tell()
    yard.submit()
    clock.advance(119)
    assert yard.tell() == 0
    receiver.says(200)
    clock.advance(1)
    assert yard.tell() == 2


def test_a_receiver_that_does_not_answer_in_time_has_failed(
    sqlite_yard: NoticingYard, receiver: Receiver
) -> None:
    yard = sqlite_yard
    yard.webhook(receiver.url(), "queued")
    receiver.open.clear()
    yard.submit()
    yard.write()
    assert yard.send(try_seconds=0.2) == 1
    [delivery] = yard.deliveries()
    assert delivery.error == "It did not answer within 0.2 s."


def test_both_secrets_sign_while_a_rotation_overlaps(
    yard: NoticingYard, receiver: Receiver, clock: FakeClock
) -> None:
    hook = yard.webhook(receiver.url(), "queued")
    old = yard.secrets[hook.id]
    with yard.store.begin() as tx:
        _, new = rotate_secret(tx, yard.yard.settings, hook.id, hook.account_id, 60)
    yard.submit()
    yard.tell()
    clock.advance(61)
    yard.submit()
    yard.tell()
    signed = [(r.is_signed_by(old), r.is_signed_by(new)) for r in receiver.requests]
    assert signed == [(True, True), (False, True)]


def test_a_paused_webhook_is_told_when_it_goes_on(yard: NoticingYard, receiver: Receiver) -> None:
    hook = yard.webhook(receiver.url(), "queued", "completed")
    with yard.store.begin() as tx:
        pause_webhook(tx, hook.id, hook.account_id)
    yard.submit()
    yard.run_all()
    assert yard.tell() == 0
    with yard.store.begin() as tx:
        resume_webhook(tx, hook.id, hook.account_id)
    assert yard.tell() == 2
    assert [r.said["type"] for r in receiver.requests] == ["task.queued", "task.completed"]


def test_several_senders_share_what_is_due_and_send_each_once(
    yard: NoticingYard, receiver: Receiver
) -> None:
    for path in ("/a", "/b", "/c"):
        yard.webhook(receiver.url(path))
    yard.submit_many(12)
    yard.write()
    sent = in_threads(3, lambda _: yard.send(at_once=8))
    yard.send()
    assert len(receiver.counted) == 72
    assert set(receiver.counted.values()) == {1}
    assert sum(sent) <= 72
    for path in ("/a", "/b", "/c"):
        order: dict[str, list[str]] = {}
        for request in receiver.at(path):
            order.setdefault(request.said["data"]["taskId"], []).append(request.said["type"])
        assert set(map(tuple, order.values())) == {("task.pending", "task.queued")}


def test_what_a_killed_sender_held_is_sent_again_under_the_same_id(
    yard: NoticingYard, receiver: Receiver, clock: FakeClock
) -> None:
    yard.webhook(receiver.url(), "queued")
    yard.submit()
    yard.write()
    with yard.store.begin() as tx:
        [held] = claim(tx, yard.yard.settings, "killed before it sent", 10)
    assert yard.send() == 0
    clock.advance(LEASE.total_seconds())
    assert yard.send() == 1
    assert [request.id for request in receiver.requests] == [held.id]
    assert yard.deliveries()[0].tries == 1


def test_what_a_dead_sender_held_is_given_back_at_once_and_nobody_elses(
    yard: NoticingYard, receiver: Receiver
) -> None:
    held = [yard.webhook(receiver.url(f"/{n}"), "queued") for n in range(2)]
    yard.submit()
    yard.write()
    with yard.store.begin() as tx:
        [dead] = claim(tx, yard.yard.settings, "notices-a1/dead", 1)
    with yard.store.begin() as tx:
        [alive] = claim(tx, yard.yard.settings, "notices-a12/alive", 1)
    with yard.store.begin() as tx:
        assert settling.lose(tx, "notices-a1") == 1
        assert settling.lose(tx, "notices-a1") == 0
    assert yard.send() == 1
    states = {one.id: one.state for one in yard.deliveries()}
    assert states == {dead.id: "delivered", alive.id: "pending"}
    assert {dead.webhook_id, alive.webhook_id} == {hook.id for hook in held}


def test_a_sender_that_stops_gives_back_what_it_cannot_finish(
    sqlite_yard: NoticingYard, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    yard = sqlite_yard
    yard.webhook(receiver.url(), "queued")
    monkeypatch.setattr("scheduler.notices.sender.LAST_SECONDS", 0.05)
    receiver.open.clear()
    yard.submit()
    yard.write()

    async def until_asked(sender: Sender) -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(sender.run(stop))
        await asyncio.to_thread(eventually, lambda: receiver.requests)
        stop.set()
        await running

    yard.with_sender(until_asked)
    receiver.open.set()
    assert yard.send() == 1
    assert list(receiver.counted.values()) == [2]


def test_plain_http_goes_to_networks_that_the_operator_allows_alone(
    sqlite_yard: NoticingYard, receiver: Receiver
) -> None:
    yard = sqlite_yard
    hook = yard.webhook("http://example.org/", "queued")
    inside = yard.webhook("https://10.0.0.1/", "queued")
    yard.submit()
    assert yard.tell() == 2
    [plain], [private] = yard.deliveries(hook), yard.deliveries(inside)
    assert plain.error == "url: must begin with https://."
    assert private.error is not None
    assert "public internet" in private.error
    assert receiver.requests == []
