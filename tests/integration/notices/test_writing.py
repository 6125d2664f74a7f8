"""Notices are written: for whom it concerns, each once, whoever else writes or commits."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import pytest
from sqlalchemy import delete

from scheduler.write_notices import WriteNotices
from shared.clock import FakeClock
from shared.notices import writing
from shared.notices.body import body
from shared.notices.delivery import deliveries
from shared.notices.interest import ALWAYS_BY_CALLBACK
from shared.notices.line import add, send_again
from shared.notices.told import Told
from shared.notices.writing import Writer
from shared.tasks import retention
from shared.tasks.event_log import Event, newest_number
from shared.tasks.insertion import insert_tasks
from tests.memory_yard import PLAIN, SOLO, in_threads
from tests.noticing import NoticingYard
from tests.receiver import Receiver
from tests.restoring import set_back

URL = "https://example.org/hook"


def test_a_webhook_hears_of_the_statuses_and_types_that_it_asked_for(yard: NoticingYard) -> None:
    everything = yard.webhook(URL)
    ends = yard.webhook(URL, "completed", "failed", types=("SOLO",))
    other = yard.open_account("other")
    nothing = yard.webhook(URL, account_id=other.id)
    plain, solo = yard.submit(PLAIN), yard.submit(SOLO)
    yard.run_all()
    yard.write()
    of_solo = [(task, word) for task, word, _ in yard.told(everything) if task == solo]
    assert of_solo == [(solo, w) for w in ("pending", "queued", "running", "completed")]
    assert {task for task, *_ in yard.told(everything)} == {plain, solo}
    assert [(task, word) for task, word, _ in yard.told(ends)] == [(solo, "completed")]
    assert yard.told(nothing) == []


def test_a_failure_that_is_tried_again_is_not_told(yard: NoticingYard) -> None:
    hook = yard.webhook(URL, "failed", "pending")
    running = yard.started()
    yard.fails(running)
    yard.fails_for_good(yard.started())
    yard.write()
    assert [word for _, word, _ in yard.told(hook)] == ["pending", "pending", "pending", "failed"]


def test_a_webhook_hears_nothing_of_what_was_before_it(yard: NoticingYard) -> None:
    yard.submit()
    yard.run_all()
    hook = yard.webhook(URL)
    later = yard.submit()
    yard.write()
    assert [(task, word) for task, word, _ in yard.told(hook)] == [
        (later, "pending"),
        (later, "queued"),
    ]


def test_a_callback_hears_how_its_task_ended(yard: NoticingYard) -> None:
    done = yard.submit(callback_url="https://example.org:8443/a?b=c")
    canceled = yard.submit(callback_url="https://example.org:8443/d")
    yard.submit()
    yard.cancel(canceled)
    yard.run_all()
    yard.write()
    found = {(one.task_id, one.event, one.url, one.webhook_id) for one in yard.deliveries()}
    assert found == {
        (done, "task.completed", "https://example.org:8443/a?b=c", None),
        (canceled, "task.canceled", "https://example.org:8443/d", None),
    }
    assert len({one.endpoint_id for one in yard.deliveries()}) == 1, "one host, one endpoint"


def test_the_callback_of_a_job_hears_that_it_began_as_well(sqlite_yard: NoticingYard) -> None:
    yard = sqlite_yard
    [dialect] = ALWAYS_BY_CALLBACK
    yard.submit(callback_url=URL, dialect=dialect)
    canceled = yard.submit(callback_url=URL, dialect=dialect)
    yard.cancel(canceled)
    yard.run_all()
    yard.write()
    assert [one.event for one in yard.deliveries()] == ["task.running", "task.completed"]


def test_any_number_of_schedulers_write_each_notice_once(
    yard: NoticingYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "EVENTS_AT_ONCE", 7)
    hook = yard.webhook(URL)
    ids = yard.submit_many(30)
    yard.run_all()

    def write(_: int) -> None:
        scheduler = WriteNotices()
        while len(yard.deliveries()) < 120:
            scheduler(yard.yard)

    in_threads(3, write)
    yard.write()
    told = [(task, word) for task, word, _ in yard.told(hook)]
    assert len(told) == len(set(told)) == 120
    for task_id in ids[:3]:
        words = [word for task, word in told if task == task_id]
        assert words == ["pending", "queued", "running", "completed"]


def test_a_writer_that_dies_before_its_commit_leaves_nothing_and_the_next_does_it(
    yard: NoticingYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    yard.webhook(URL)
    yard.submit()

    def dying(*given: object) -> None:
        add(*given)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "add", dying)
    with suppress(KeyboardInterrupt):
        yard.write()
    assert yard.deliveries() == []
    monkeypatch.setattr(writing, "add", add)
    yard.write()
    yard.write()
    assert [word for _, word, _ in yard.told()] == ["pending", "queued"]


def test_much_text_is_written_in_several_commits(
    sqlite_yard: NoticingYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    yard = sqlite_yard
    monkeypatch.setattr(writing, "MOST_CHARACTERS", 1)
    monkeypatch.setattr(writing, "TASKS_AT_ONCE", 2)
    hooks = [yard.webhook(URL), yard.webhook(URL)]
    ids = yard.submit_many(3)
    at_once = []
    while yard.writer(yard.yard):
        at_once.append(len(yard.deliveries()))
    assert at_once == [2, 4, 6, 8, 10, 12], "an event at a time, for whoever hears of it"
    for hook in hooks:
        assert [word for _, word, _ in yard.told(hook)] == ["pending", "queued"] * 3
    assert {task for task, *_ in yard.told()} == set(ids)


def test_an_event_that_cannot_be_told_holds_up_no_others(
    sqlite_yard: NoticingYard, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    yard = sqlite_yard
    yard.webhook(URL, "pending")
    bad, good = yard.submit(), yard.submit()

    def told(event: Event, task: Told) -> str:
        if task.id == bad:
            raise TypeError("a result like no other")
        return body(event, task)

    monkeypatch.setattr(writing, "body", told)
    yard.write()
    assert [task for task, *_ in yard.told()] == [good]
    assert bad in caplog.text


def test_a_store_that_is_set_back_to_an_earlier_state_is_told_of_from_there(
    yard: NoticingYard,
) -> None:
    hook = yard.webhook(URL, "queued")
    yard.submit()
    yard.write()
    with yard.store.read() as tx:
        past = newest_number(tx)
    yard.submit_many(5)
    yard.write()
    with yard.store.begin() as tx:
        tx.execute(delete(deliveries).where(deliveries.c.event_number > past))
    set_back(yard.store, past)
    task_id = yard.submit()
    yard.write()
    assert [task for task, *_ in yard.told(hook)][1:] == [task_id]


def test_what_was_numbered_first_and_committed_last_is_told(postgres_yard: NoticingYard) -> None:
    yard = postgres_yard
    yard.webhook(URL, "pending")
    slow_draft, quick_draft = yard.draft(), yard.draft()
    with yard.store.begin() as slow:
        insert_tasks(slow, [slow_draft], (), (), {})
        with yard.store.begin() as quick:
            insert_tasks(quick, [quick_draft], (), (), {})
        yard.look()
        assert yard.deliveries() == []
    yard.write()
    assert [one.task_id for one in yard.deliveries()] == [slow_draft.id, quick_draft.id]


def test_where_nobody_listens_the_cursor_moves_and_no_event_is_read(
    yard: NoticingYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "read_events", None)
    yard.submit_many(3)
    yard.write()
    monkeypatch.undo()
    yard.webhook(URL, "pending")
    seen: list[int] = []
    monkeypatch.setattr(writing, "_events", partial(_counted, seen, writing._events))
    yard.submit()
    yard.write()
    assert len(yard.deliveries()) == 1
    assert len(seen) == 1
    assert Writer().write(yard.store) == 0


def _counted(seen: list[int], real: object, *given: object) -> object:
    seen.append(1)
    return real(*given)  # type: ignore[operator]


def test_tasks_are_purged_whatever_is_told_of_them(yard: NoticingYard, clock: FakeClock) -> None:
    yard.webhook(URL, "completed")
    task_id = yard.submit(callback_url=URL)
    yard.run_all()
    yard.write()
    clock.advance(86_400 * 2)
    with yard.store.begin() as tx:
        assert retention.purge(tx, 1) == 1
    yard.write()
    assert [task for task, *_ in yard.told()] == [task_id, task_id]
    later = yard.submit()
    yard.run_all()
    yard.write()
    assert yard.told()[-1][0] == later


def test_what_is_sent_again_keeps_the_order_of_its_task(
    yard: NoticingYard, receiver: Receiver
) -> None:
    hook = yard.webhook(receiver.url(), "queued", "running", "completed")
    yard.submit()
    yard.run_all()
    yard.tell()
    ids = [one.id for one in yard.deliveries(hook)]
    with yard.store.begin() as tx:
        assert send_again(tx, ids[:2]) == 2
        assert send_again(tx, ids) == 1, "the others are pending already"
    assert yard.send() == 3
    assert [request.id for request in receiver.requests] == ids * 2
