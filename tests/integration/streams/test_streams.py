"""Streams miss nothing and repeat nothing, whatever commits when and however often they break."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete

from api.buyers.event_view import write_event
from api.failure import Kind, Rejected
from api.streams import past
from api.streams.seats import MOST_WAITING, StreamSeats
from api.streams.stream import Stream
from api.streams.streams import Streams
from api.streams.wanted import Beginning, Wanted
from shared.tasks.event_log import newest_number
from shared.tasks.insertion import insert_tasks
from shared.tasks.status import Status
from shared.tasks.task import transitions
from tests.memory_yard import SOLO, MemoryYard, in_threads
from tests.restoring import set_back
from tests.servers import eventually
from tests.streaming import Reading

Q, R, C, X = "queued", "running", "completed", "canceled"
LIFE = ["pending", Q, R, C]


def opened(streams: Streams, yard: MemoryYard, after: int | None = None, **wanted: Any) -> Reading:
    """A stream of the yard's first account."""
    asked = Wanted(**{"account_id": yard.account.id, **wanted})
    reading = Reading(streams.open(asked, after, lambda: True))
    eventually(lambda: streams.hub.await_number(1) is not None)
    return reading


@contextmanager
def reading(streams: Streams, yard: MemoryYard, **how: Any) -> Iterator[Reading]:
    """A stream that is open in the block."""
    one = opened(streams, yard, **how)
    try:
        yield one
    finally:
        one.close()


def done(yard: MemoryYard) -> str:
    """A task that was submitted and done."""
    task_id = yard.submit()
    yard.run_all()
    return task_id


def test_what_happens_is_told_in_order_and_nothing_that_was(
    yard: MemoryYard, streams: Streams
) -> None:
    done(yard)
    with reading(streams, yard) as stream:
        first, second = done(yard), done(yard)
        told = stream.until(8)
    assert [one.step for one in told] == [(i, step) for i in (first, second) for step in LIFE]
    assert [one.name for one in told[:4]] == [f"task.{step}" for step in LIFE]
    assert [one.data["status"] for one in told[:4]] == ["PENDING"] * 3 + ["COMPLETED"]
    assert [one.data["attempt"] for one in told[:4]] == [0, 0, 1, 1]
    assert told[0].data["type"] == "PLAIN"
    assert [one.id for one in told] == sorted({one.id for one in told})


def test_only_what_is_wanted_is_told_now_and_afterwards(yard: MemoryYard, streams: Streams) -> None:
    other = yard.open_account("other")
    asked: list[tuple[dict[str, Any], Callable[[str, str, str], bool]]]
    with reading(streams, yard) as everything:
        first = yard.submit(account_id=other.id)
        plain, solo = yard.submit(), yard.submit(SOLO)
        asked = [
            ({"task_ids": frozenset({plain, first})}, lambda task, _, __: task == plain),
            ({"types": frozenset({"SOLO"})}, lambda _, kind, __: kind == "SOLO"),
            ({"statuses": frozenset({Status.COMPLETED})}, lambda _, __, step: step == C),
        ]
        live = [opened(streams, yard, after=0, **wanted) for wanted, _ in asked]
        yard.run_all()
        told = everything.until(8)
    assert {one.data["taskId"] for one in told} == {plain, solo}
    for (wanted, is_meant), stream in zip(asked, live, strict=True):
        meant = [
            one for one in told if is_meant(one.data["taskId"], one.data["type"], one.data["step"])
        ]
        assert stream.until(len(meant)) == meant
        stream.close()
        with reading(streams, yard, after=0, **wanted) as again:
            assert again.until(len(meant)) == meant


@pytest.mark.parametrize("window", [1, 3, 5_000])
def test_a_stream_goes_on_after_any_event(
    yard: MemoryYard, streams: Streams, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "WINDOW", window)
    monkeypatch.setattr(past, "MOST_AT_ONCE", window)
    other = yard.open_account("other")
    done(yard)
    foreign = {yard.submit(account_id=other.id)}
    done(yard)
    with reading(streams, yard, after=0) as stream:
        told = stream.until(8)
    assert {one.data["taskId"] for one in told}.isdisjoint(foreign)
    for count in range(7):
        with reading(streams, yard, after=told[count].id) as stream:
            assert stream.until(7 - count) == told[count + 1 :]


def test_an_event_that_never_was_is_no_place_to_go_on_from(
    yard: MemoryYard, streams: Streams
) -> None:
    done(yard)
    with reading(streams, yard, after=10**9) as stream:
        task_id = done(yard)
        assert [one.step for one in stream.until(4)] == [(task_id, step) for step in LIFE]


def test_what_was_numbered_before_a_stream_began_and_committed_later_is_told(
    postgres_yard: MemoryYard,
) -> None:
    yard = postgres_yard
    done(yard)
    streams = Streams(yard.store, 4, write_event)
    draft = yard.draft()
    with yard.store.begin() as slow:
        insert_tasks(slow, [draft], (), (), {})
        old = done(yard)
        stream = Reading(streams.open(Wanted(account_id=yard.account.id), None, lambda: True))
        new = done(yard)
    told = stream.until(5)
    stream.close()
    streams.close()
    assert [one.step for one in told] == [(draft.id, "pending"), *((new, s) for s in LIFE)]
    assert old not in {one.data["taskId"] for one in told}


def test_numbers_that_are_missing_for_good_are_not_kept_by_every_stream(
    postgres_yard: MemoryYard,
) -> None:
    yard = postgres_yard
    done(yard)
    purged = done(yard)
    done(yard)
    with yard.store.begin() as tx:
        tx.execute(delete(transitions).where(transitions.c.task_id == purged))
    wanted = Wanted(account_id=yard.account.id)
    with (
        closing(Streams(yard.store, 4, write_event)) as streams,
        closing(streams.open(wanted, None, lambda: True)) as body,
    ):
        assert len(body._listener.beginning.late) == 4
        stream = Reading(body)
        for turn in range(1, 4):  # the first may be told from the past; then it has joined the hub
            new = done(yard)
            assert [one.step for one in stream.until(4 * turn)[-4:]] == [(new, s) for s in LIFE]
        assert body._listener.beginning.late == frozenset()


def test_beside_many_writers_streams_that_break_and_go_on_tell_each_step_once(
    yard: MemoryYard, streams: Streams
) -> None:
    over = threading.Event()

    def write(_number: int) -> None:
        for turn in range(12):
            ids = yard.submit_many(1 + turn % 3)
            if turn % 2:
                yard.cancel(ids[-1])

    def act(number: int) -> list[int]:
        if number == 0:
            in_threads(3, write)
            over.set()
            return []
        return heard_in_pieces(streams, yard, Random(number), over)

    _, *heard = in_threads(4, act)
    with reading(streams, yard, after=0) as stream:
        everything = [one.id for one in stream.until(len(heard[0]))]
    assert everything[-1] == newest(yard)
    assert heard == [everything] * 3


def heard_in_pieces(
    streams: Streams, yard: MemoryYard, chance: Random, over: threading.Event
) -> list[int]:
    """The numbers that a client read whose connection breaks all the time."""
    told = [0]
    while not over.is_set() or told[-1] < newest(yard):
        last = newest(yard)
        with reading(streams, yard, after=told[-1]) as stream:
            for count in range(chance.randrange(1, 30)):
                if told[-1] >= last:
                    break
                told.append(stream.until(count + 1)[-1].id)
    return told[1:]


def newest(yard: MemoryYard) -> int:
    """The largest number in the log."""
    with yard.store.read() as tx:
        return newest_number(tx)


def test_who_finds_no_seat_is_asked_to_come_later_and_the_dead_leave_theirs(
    yard: MemoryYard,
) -> None:
    streams = Streams(yard.store, 1, write_event)
    streams.seats._patience_seconds = 0.05
    other = Wanted(account_id=yard.open_account("other").id)
    first = opened(streams, yard)
    with pytest.raises(Rejected) as error:
        streams.open(other, None, lambda: True)
    assert error.value.failure.kind is Kind.UNAVAILABLE
    assert error.value.failure.headers["Retry-After"] == "5"

    streams.seats._patience_seconds = 30.0
    server = threading.Thread(target=until_alive, args=(first,))
    server.start()
    streams.open(other, None, lambda: True).close()
    server.join()
    streams.close()


def test_an_account_has_half_of_the_seats_and_its_own_make_room_for_it(yard: MemoryYard) -> None:
    streams = Streams(yard.store, 4, write_event)
    streams.seats._patience_seconds = 0.05
    mine = Wanted(account_id=yard.account.id)
    first, second = opened(streams, yard), opened(streams, yard)
    with pytest.raises(Rejected, match="Your account has 2 streams open") as error:
        streams.open(mine, None, lambda: True)
    assert error.value.failure.kind is Kind.RATE_LIMITED
    assert error.value.failure.headers["Retry-After"] == "5"
    for name in ("one", "two"):
        other = Wanted(account_id=yard.open_account(name).id)
        streams.open(other, None, lambda: True)
    with pytest.raises(Rejected, match="Your account"):
        streams.open(mine, None, lambda: True)
    assert streams.seats.free == 0
    first.close()
    third = opened(streams, yard)
    for stream in (second, third):
        stream.close()
    assert (streams.seats.free, streams.seats._held[yard.account.id]) == (2, 0)
    streams.close()


def test_few_wait_for_a_seat_the_others_are_sent_away_at_once() -> None:
    seats = StreamSeats(1, poke=lambda: None, patience_seconds=30.0)
    seats.take("first")
    waiting = [threading.Thread(target=seats.take, args=("other",)) for _ in range(MOST_WAITING)]
    for thread in waiting:
        thread.start()
    eventually(lambda: seats._waiting._value == 0)
    with pytest.raises(Rejected):
        seats.take("other")
    seats.leave("first")
    for _ in waiting:
        eventually(lambda: seats._held["other"] == 1)
        seats.leave("other")
    for thread in waiting:
        thread.join()


def until_alive(stream: Reading) -> None:
    """Serve a caller who has gone: the first thing that is sent fails."""
    while not any(comment.startswith(("at", "alive")) for comment in stream.comments):
        stream._take(next(stream._pieces))
    stream.close()


def test_a_store_that_is_set_back_to_an_earlier_state_is_followed_from_there(
    yard: MemoryYard, streams: Streams
) -> None:
    done(yard)
    with reading(streams, yard) as stream:
        past = newest(yard)
        for count in (4, 8):
            done(yard)
            stream.until(count)
        set_back(yard.store, past)
        eventually(lambda: streams.hub.number == past)
        task_id = done(yard)
        again = stream.until(12)[8:]
    assert [one.step for one in again] == [(task_id, step) for step in LIFE]
    assert again[0].id == past + 1, "numbers are given again"


def test_the_log_is_followed_while_somebody_listens(yard: MemoryYard, streams: Streams) -> None:
    def followers() -> int:
        return sum(thread.name == "event-hub" for thread in threading.enumerate())

    assert followers() == 0
    with reading(streams, yard), reading(streams, yard):
        assert followers() == 1
    eventually(lambda: followers() == 0)
    with reading(streams, yard) as stream:
        done(yard)
        assert len(stream.until(4)) == 4


def test_a_stream_ends_with_its_credential_and_with_the_process(
    yard: MemoryYard, streams: Streams
) -> None:
    wanted = Wanted(account_id=yard.account.id)
    closed: list[int] = []
    with_heartbeats = Stream(
        streams.hub,
        streams.past,
        wanted,
        Beginning(newest(yard)),
        write=write_event,
        is_welcome=lambda: not closed,
        on_close=lambda: closed.append(2),
        every=0.01,
    )
    stream = Reading(with_heartbeats)
    while f"at {newest(yard)}" not in stream.comments:
        stream._take(next(stream._pieces))
    closed.append(1)
    assert stream.rest() == []
    stream.close()
    stream.close()
    assert closed == [1, 2]

    last = opened(streams, yard)
    threading.Timer(0.1, streams.close).start()
    assert last.rest() == []
    last.close()
