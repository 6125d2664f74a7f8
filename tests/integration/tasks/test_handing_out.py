"""Due tasks are handed out: tenants in turn, by priority and age, while there is room."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.clock import FakeClock
from shared.errors import Unavailable
from shared.tasks import backlog, dispatch, handout
from shared.tasks.room import Rooms, least_units
from shared.tasks.status import Status
from shared.tasks.task import PEOPLE
from shared.tasks.task_type import TaskType
from tests.memory_yard import ASKED, BY_PEOPLE, PLAIN, SOLO, MemoryYard

P, Q, R = Status.PENDING, Status.QUEUED, Status.RUNNING
ROOM = least_units(SOLO.batch_size)


def wake(yard: MemoryYard) -> int:
    """Mark as due what is; how many."""
    with yard.store.begin() as tx:
        return backlog.wake(tx)


def sent_ids(yard: MemoryYard, kind: TaskType = SOLO) -> list[str]:
    """What waits in the broker, in order."""
    return [task_id for message in yard.sent(kind) for task_id in message]


def test_what_waits_for_room_is_handed_out_when_there_is_some(yard: MemoryYard) -> None:
    ids = yard.hold_back(3)
    assert dispatch.release(yard.yard, PLAIN.queue) == 3
    assert yard.statuses(ids) == {Q: 3}
    assert yard.sent() == [tuple(ids)]
    yard.assert_counted()


def test_of_one_tenant_the_oldest_goes_first(yard: MemoryYard, clock: FakeClock) -> None:
    ids = []
    for _ in range(ROOM):
        clock.advance(1)
        ids += yard.hold_back(kind=SOLO)
    dispatch.release(yard.yard, SOLO.queue)
    assert sent_ids(yard) == ids


def test_of_one_tenant_the_highest_priority_goes_first(yard: MemoryYard) -> None:
    by_priority = {n: yard.hold_back(kind=SOLO, priority=n)[0] for n in (5, 0, 9, 3)}
    dispatch.release(yard.yard, SOLO.queue)
    assert sent_ids(yard) == [by_priority[n] for n in (9, 5, 3, 0)]


def test_a_low_priority_grows_with_age(yard: MemoryYard, clock: FakeClock) -> None:
    old = yard.hold_back(kind=SOLO, priority=0)
    clock.advance(5 * 60 + 1)
    new = yard.hold_back(kind=SOLO, priority=5)
    dispatch.release(yard.yard, SOLO.queue)
    assert sent_ids(yard) == old + new


def test_tenants_take_turns_however_much_one_of_them_wants(
    yard: MemoryYard, clock: FakeClock
) -> None:
    noisy = yard.hold_back(30, SOLO)
    clock.advance(60)
    quiet = yard.hold_back(2, SOLO, account_id=yard.open_account("quiet").id)
    assert dispatch.release(yard.yard, SOLO.queue) == ROOM == 4
    sent = sent_ids(yard)
    assert set(sent) == {*noisy[:2], *quiet}
    assert all(len({*sent[n : n + 2]} & {*quiet}) == 1 for n in (0, 2))


def test_a_room_smaller_than_the_tenants_serves_them_all_over_time(yard: MemoryYard) -> None:
    yard.submit_many(ROOM - 2, SOLO)
    tenants = [yard.open_account(f"tenant{n}").id for n in range(4)]
    waiting = {yard.hold_back(kind=SOLO, account_id=tenant)[0]: tenant for tenant in tenants}
    served, rooms = [], Rooms()
    for _ in range(2):
        assert dispatch.release(yard.yard, SOLO.queue, rooms) == 2
        served += [message[0] for message in yard.sent(SOLO)[-2:]]
        yard.claim(*served[-2:])
    assert sorted(served) == sorted(waiting)


@pytest.mark.parametrize(("kind", "room"), [(SOLO, 4), (PLAIN, 40)])
def test_room_is_never_exceeded(yard: MemoryYard, kind: TaskType, room: int) -> None:
    ids = yard.hold_back(room + 20, kind)
    assert dispatch.release(yard.yard, kind.queue) == room
    assert dispatch.release(yard.yard, kind.queue) == 0
    assert yard.statuses(ids) == {Q: room, P: 20}


def test_a_little_room_is_not_worth_a_message(yard: MemoryYard) -> None:
    queued = yard.submit_many(ROOM, SOLO)
    yard.hold_back(5, SOLO)
    yard.claim(queued[0])
    assert dispatch.release(yard.yard, SOLO.queue) == 0
    yard.claim(queued[1])
    assert dispatch.release(yard.yard, SOLO.queue) == 2


def test_what_is_started_makes_room(yard: MemoryYard) -> None:
    yard.hold_back(ROOM + 5, SOLO)
    dispatch.release(yard.yard, SOLO.queue)
    yard.claim(*sent_ids(yard)[:3])
    assert dispatch.release(yard.yard, SOLO.queue) == 3


def test_what_is_not_due_stays(yard: MemoryYard, clock: FakeClock) -> None:
    task_id = yard.submit(not_before=clock.now() + timedelta(hours=1))
    assert wake(yard) == 0
    assert dispatch.release(yard.yard, PLAIN.queue) == 0
    assert yard.status(task_id) is P


def test_what_is_due_wakes_at_its_time_and_not_before(yard: MemoryYard, clock: FakeClock) -> None:
    task_id = yard.submit(not_before=clock.now() + timedelta(seconds=30))
    clock.advance(29.999)
    with yard.store.read() as tx:
        assert not backlog.is_waking_due(tx)
    assert wake(yard) == 0
    clock.advance(0.001)
    with yard.store.read() as tx:
        assert backlog.is_waking_due(tx)
    assert wake(yard) == 1
    assert wake(yard) == 0
    assert dispatch.release(yard.yard, PLAIN.queue) == 1
    task = yard.task(task_id)
    assert (task.status, task.not_before, task.queued_at) == (Q, None, clock.now())


def test_a_scheduled_task_stands_in_line_from_its_time_on(
    yard: MemoryYard, clock: FakeClock
) -> None:
    scheduled = yard.submit(SOLO, not_before=clock.now() + timedelta(hours=1))
    clock.advance(3599)
    earlier = yard.hold_back(kind=SOLO)[0]
    clock.advance(2)
    later = yard.hold_back(kind=SOLO)[0]
    wake(yard)
    dispatch.release(yard.yard, SOLO.queue)
    assert sent_ids(yard) == [earlier, scheduled, later]


def test_busy_queues_and_waiting_tenants_are_each_named_once(yard: MemoryYard) -> None:
    other = yard.open_account("other")
    yard.hold_back(5)
    yard.hold_back(5, account_id=other.id)
    yard.hold_back(2, SOLO)
    yard.submit_many(2, ASKED)
    with yard.store.read() as tx:
        assert backlog.busy_queues(tx) == ["plain", "solo"]
        assert backlog.waiting_tenants(tx, "plain", "PLAIN") == sorted([yard.account.id, other.id])
        assert backlog.waiting_tenants(tx, "solo", "SOLO") == [yard.account.id]
        assert backlog.waiting_tenants(tx, "asked", "ASKED") == []


def test_a_queue_that_nobody_knows_is_left_as_it_is(yard: MemoryYard) -> None:
    ids = yard.hold_back(2)
    yard.yard.registry.types.pop(PLAIN.name)
    assert dispatch.release(yard.yard, PLAIN.queue) == 0
    assert yard.statuses(ids) == {P: 2}


def test_what_people_do_is_handed_to_people(yard: MemoryYard, clock: FakeClock) -> None:
    later = clock.now() + timedelta(seconds=1)
    payload = {"validationsNeeded": 2}
    peoples = yard.submit(BY_PEOPLE, payload=payload, not_before=later, deadline_seconds=60)
    wanted = yard.submit(ASKED, annotators="human", not_before=later, deadline_seconds=60)
    machines = yard.submit(ASKED, annotators="mixed", not_before=later, deadline_seconds=60)
    clock.advance(1)
    wake(yard)
    released = [dispatch.release(yard.yard, kind.queue) for kind in (BY_PEOPLE, ASKED)]
    assert released == [0, 1]
    assert [yard.status(i) for i in (peoples, wanted, machines)] == [R, R, Q]
    assert (yard.task(peoples).holder, yard.task(peoples).answers_wanted) == (PEOPLE, 2)
    assert sent_ids(yard, BY_PEOPLE) == []
    assert sent_ids(yard, ASKED) == [machines]


def test_a_yard_that_asks_nobody_asks_nobody(yard: MemoryYard) -> None:
    for kind in (ASKED, BY_PEOPLE):
        yard.yard.registry.types.pop(kind.name)
    yard.hold_back(2)
    assert dispatch.release(yard.yard, PLAIN.queue) == 2


def test_messages_that_got_lost_are_sent_again(yard: MemoryYard, clock: FakeClock) -> None:
    ids = yard.submit_many(15)
    yard.broker.queues.clear()
    assert dispatch.send_lost(yard.yard) == 0
    clock.advance(3.1)
    assert dispatch.send_lost(yard.yard) == 15
    assert yard.run_all() == 15
    assert yard.statuses(ids) == {Status.COMPLETED: 15}
    assert all(yard.task(i).attempt == 1 for i in ids)


def test_what_is_sent_again_is_not_sent_again_at_once(yard: MemoryYard, clock: FakeClock) -> None:
    yard.submit_many(5)
    clock.advance(3.1)
    yard.broker.queues.clear()
    assert [dispatch.send_lost(yard.yard) for _ in range(3)] == [5, 0, 0]
    assert len(yard.sent()) == 1


def test_while_messages_wait_only_what_waits_very_long_is_sent_again(
    yard: MemoryYard, clock: FakeClock
) -> None:
    yard.submit()
    clock.advance(59)
    assert dispatch.send_lost(yard.yard) == 0
    clock.advance(2)
    assert dispatch.send_lost(yard.yard) == 1
    assert yard.run_all() == 1


def test_what_was_queued_in_a_broker_that_was_emptied_is_sent_again_at_once(
    yard: MemoryYard, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handout, "SEND_AT_ONCE", 4)
    ids = yard.submit_many(15)
    clock.advance(0.1)
    yard.broker.empty()
    newcomer = yard.submit()  # its message keeps the queue from being empty
    assert dispatch.send_lost(yard.yard) == 15
    clock.advance(0.1)
    assert dispatch.send_lost(yard.yard) == 0
    assert yard.run_all() == 16
    assert yard.statuses([*ids, newcomer]) == {Status.COMPLETED: 16}


def test_a_broker_is_known_as_emptied_until_all_is_sent_again(
    yard: MemoryYard, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    yard.submit_many(5)
    clock.advance(0.1)
    yard.broker.empty()
    with monkeypatch.context() as patch:
        patch.setattr(yard.yard.store, "transact", unavailable)
        with pytest.raises(Unavailable):
            dispatch.send_lost(yard.yard)
    assert dispatch.send_lost(yard.yard) == 5


def unavailable(*_: object) -> None:
    """A store that does not answer."""
    raise Unavailable("The store does not answer.")


def test_with_the_broker_back_everything_that_was_accepted_is_sent(
    yard: MemoryYard, clock: FakeClock
) -> None:
    yard.broker.is_down = True
    ids = yard.submit_many(20)
    clock.advance(10)
    with pytest.raises(Exception, match="broker does not answer"):
        dispatch.send_lost(yard.yard)
    yard.broker.is_down = False
    assert dispatch.send_lost(yard.yard) == 20
    assert yard.run_all() == 20
    assert yard.statuses(ids) == {Status.COMPLETED: 20}
