"""Schedules fire: each due time once, whoever looks, and whatever happened meanwhile."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.fire_schedules import fire_schedules, set_back_schedules
from scheduler.purge_expired import purge_expired
from shared.accounts.account import disable
from shared.accounts.annotators import Annotators
from shared.accounts.project import create_project
from shared.clock import FakeClock
from shared.db import Store, Transaction
from shared.errors import Conflict, CreditsExhausted, NotFound, Refused
from shared.schedules import fire, making
from shared.schedules.outlook import Missed
from shared.schedules.schedule import schedules, write
from shared.schedules.standing import Standing
from shared.settings import Settings
from shared.tasks import submission
from shared.tasks.draft import Draft
from shared.tasks.status import Status
from shared.tasks.task_type import TaskType
from tests.memory_yard import ASKED, PLAIN, in_threads
from tests.scheduling import SchedulingYard

DAY = 86_400.0
PRICED = replace(PLAIN, name="PRICED", queue="priced", price_cents=lambda _: 30)
SECRET = replace(PLAIN, name="SECRET", queue="secret", secrets=frozenset({"password"}))


def knows(yard: SchedulingYard, *kinds: TaskType) -> None:
    """The yard has these types as well."""
    yard.yard.registry.types.update({kind.name: kind for kind in kinds})


# --- once


def test_what_is_due_is_submitted_once(yard: SchedulingYard, clock: FakeClock) -> None:
    schedule = yard.scheduled(payload={"text": "hello"})
    assert yard.fire() == 0
    assert yard.after(clock, 60) == 1
    assert yard.fire() == 0

    (firing,) = yard.history(schedule)
    assert (firing.due_at, firing.outcome, firing.missed) == (clock.now(), "submitted", 0)
    task = yard.task(str(firing.task_id))
    assert (task.payload, task.status, task.account_id) == (
        {"text": "hello"}, Status.PENDING, yard.account.id,
    )  # fmt: skip
    assert yard.read(schedule).next_due_at == clock.now() + timedelta(seconds=60)


def test_any_number_of_schedulers_make_each_firing_once(store: Store, settings: Settings) -> None:
    # Time passes here: each of these schedules is due every second, and eight look at once.
    yard = SchedulingYard(store, settings)
    made = [yard.scheduled(every="1s", missed=Missed.ALL) for _ in range(30)]
    anchor_at = made[0].created_at - timedelta(seconds=600)
    due_at = anchor_at + timedelta(seconds=550)
    with store.begin() as tx:
        for one in made:
            write(tx, one, anchor_at=anchor_at, next_due_at=due_at, wake_at=due_at)

    in_threads(8, lambda _: [fire_schedules(yard.yard) for _ in range(8)])
    yard.fire()

    for one in made:
        dues = [firing.due_at for firing in yard.history(one)]
        assert len(dues) >= 50
        assert all(
            after and before and after - before == timedelta(seconds=1)
            for before, after in itertools.pairwise(dues)
        )
    fired = [firing for one in made for firing in yard.history(one)]
    assert yard.statuses() == {Status.PENDING: len(fired)}
    assert len({firing.task_id for firing in fired}) == len(fired)


def test_what_breaks_before_the_commit_leaves_no_trace(
    yard: SchedulingYard, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = yard.scheduled()
    clock.advance(60)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(fire, "_go_on", die)
        with pytest.raises(KeyboardInterrupt):
            fire_schedules(yard.yard)
    assert (yard.history(schedule), yard.statuses()) == ([], {})

    assert yard.fire() == 1
    assert yard.told(schedule) == [(60, "submitted", 0)]
    assert yard.statuses() == {Status.PENDING: 1}


def test_a_due_time_that_comes_again_is_not_made_again(
    yard: SchedulingYard, clock: FakeClock
) -> None:
    schedule = yard.scheduled()
    yard.after(clock, 60)
    with yard.store.begin() as tx:  # as if the store's time had been set back
        write(tx, schedule, next_due_at=clock.now(), wake_at=clock.now())

    assert yard.fire() == 1

    assert yard.told(schedule) == [(60, "submitted", 0)]
    assert yard.read(schedule).next_due_at == clock.now() + timedelta(seconds=60)


def test_after_a_clock_that_was_ahead_for_a_while_schedules_go_on_from_the_right_time(
    yard: SchedulingYard, clock: FakeClock
) -> None:
    schedule, ended = yard.scheduled(), yard.scheduled(end_at=clock.now() + timedelta(hours=1))
    paused, lost = yard.scheduled(), yard.scheduled(cron="* * * * *")
    yard.after(clock, 60)
    with yard.store.begin() as tx:
        write(tx, lost, timezone="Lost/Zone")
    assert set_back_schedules(yard.yard) == 0
    yard.after(clock, DAY)
    yard.paused(paused)

    clock.advance(-DAY)
    assert yard.after(clock, 60) == 0
    assert set_back_schedules(yard.yard) == 2
    assert set_back_schedules(yard.yard) == 0
    assert yard.after(clock, 60) == 2

    dues = [at for at, _, _ in yard.told(schedule)]
    assert dues == [60, DAY + 60, 180]
    assert 180 in [at for at, _, _ in yard.told(ended)]
    assert yard.read(paused).wake_at is None


# --- late


@pytest.mark.parametrize(
    ("missed", "told"),
    [
        (Missed.SKIP, [(1, "submitted", 0), (4, "skipped", 2), (5, "submitted", 0)]),
        (Missed.ONCE, [(1, "submitted", 0), (4, "submitted", 2), (5, "submitted", 0)]),
        (Missed.ALL, [(day, "submitted", 0) for day in (1, 2, 3, 4, 5)]),
    ],
)
def test_after_days_without_a_scheduler_the_policy_decides(
    yard: SchedulingYard, clock: FakeClock, missed: Missed, told: list[tuple[int, str, int]]
) -> None:
    schedule = yard.scheduled(every="1d", missed=missed)
    yard.after(clock, DAY)

    yard.after(clock, DAY * 3.5)
    yard.after(clock, DAY * 0.5)

    assert yard.told(schedule) == [(DAY * day, outcome, n) for day, outcome, n in told]


def test_a_long_line_of_missed_firings_is_made_in_parts(
    sqlite_yard: SchedulingYard, clock: FakeClock
) -> None:
    schedule = sqlite_yard.scheduled(every="10s", missed=Missed.ALL)

    assert sqlite_yard.after(clock, 2500) == 3

    assert sqlite_yard.told(schedule) == [(10 * n, "submitted", 0) for n in range(1, 251)]


def test_jitter_puts_off_the_firing_not_the_due_time(
    sqlite_yard: SchedulingYard, clock: FakeClock
) -> None:
    schedule = sqlite_yard.scheduled(every="1d", jitter_seconds=3600)
    wake_at = schedule.wake_at
    assert wake_at is not None
    delay = (wake_at - schedule.created_at).total_seconds() - DAY
    assert 0 < delay < 3600

    assert sqlite_yard.after(clock, DAY + delay - 0.01) == 0
    assert sqlite_yard.after(clock, 0.02) == 1
    assert sqlite_yard.told(schedule) == [(DAY, "submitted", 0)]


def test_a_schedule_ends(sqlite_yard: SchedulingYard, clock: FakeClock) -> None:
    end = clock.now() + timedelta(seconds=120)
    schedule = sqlite_yard.scheduled(end_at=end)

    sqlite_yard.after(clock, 60)
    sqlite_yard.after(clock, 60)

    assert sqlite_yard.after(clock, 600) == 0
    assert sqlite_yard.told(schedule) == [(60, "submitted", 0), (120, "submitted", 0)]
    assert sqlite_yard.read(schedule).standing is Standing.ENDED
    assert sqlite_yard.changed(schedule, end_at=None).standing is Standing.ACTIVE


# --- what cannot be had


def test_a_task_that_cannot_be_paid_is_refused_and_the_next_one_tried(
    yard: SchedulingYard, clock: FakeClock
) -> None:
    knows(yard, PRICED)
    poor = yard.open_account("poor", cents=50)
    schedule = yard.scheduled(PRICED, account_id=poor.id)
    other = yard.scheduled(PRICED)

    yard.after(clock, 60)
    yard.after(clock, 60)

    assert [f.outcome for f in yard.history(schedule)] == ["submitted", "refused"]
    error = yard.history(schedule)[1].error
    assert error is not None
    assert error["code"] == "INSUFFICIENT_CREDITS"
    assert [f.outcome for f in yard.history(other)] == ["submitted", "submitted"]
    assert yard.money() == (10_000 - 60, 60)


def test_of_a_disabled_account_nothing_is_submitted(
    sqlite_yard: SchedulingYard, clock: FakeClock
) -> None:
    schedule = sqlite_yard.scheduled()
    with sqlite_yard.store.begin() as tx:
        disable(tx, sqlite_yard.account.id)

    sqlite_yard.after(clock, 60)

    (firing,) = sqlite_yard.history(schedule)
    assert (firing.outcome, firing.error) == (
        "refused", {"code": "FORBIDDEN", "message": "The account is disabled."},
    )  # fmt: skip
    assert sqlite_yard.statuses() == {}


def test_a_type_that_is_gone_and_a_price_above_the_budget_are_refused(
    sqlite_yard: SchedulingYard, clock: FakeClock
) -> None:
    knows(sqlite_yard, PRICED, SECRET)
    gone = sqlite_yard.scheduled(SECRET)
    dear = sqlite_yard.scheduled(PRICED)
    pattern = {**dear.pattern, "max_cents": 29}
    with sqlite_yard.store.begin() as tx:
        write(tx, dear, pattern=pattern)
    del sqlite_yard.yard.registry.types["SECRET"]

    sqlite_yard.after(clock, 60)

    codes = [(sqlite_yard.history(one)[0].error or {})["code"] for one in (gone, dear)]
    assert codes == ["INVALID_TYPE", "BUDGET_TOO_LOW"]


def test_more_tasks_than_an_account_may_have_waiting_are_refused(
    sqlite_store: Store, settings: Settings, clock: FakeClock
) -> None:
    yard = SchedulingYard(sqlite_store, replace(settings, max_pending_tasks=3))
    schedule = yard.scheduled(every="10s", missed=Missed.ALL)

    yard.after(clock, 50)

    codes = [(firing.error or {}).get("code") for firing in yard.history(schedule)]
    assert codes == [None, None, None, "RATE_LIMITED", "RATE_LIMITED"]


def test_what_the_store_cannot_keep_does_not_hold_up_the_others(
    yard: SchedulingYard, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = yard.scheduled(payload={"bad": True}), yard.scheduled()
    stores = submission.store

    def refusing(tx: Transaction, drafts: list[Draft], rooms: None) -> submission.Stored:
        if any(draft.payload.get("bad") for draft in drafts):
            raise TypeError("as a store would")
        return stores(tx, drafts, rooms)

    monkeypatch.setattr(submission, "store", refusing)

    yard.after(clock, 60)

    assert [f.outcome for f in yard.history(good)] == ["submitted"]
    (refused,) = yard.history(bad)
    assert refused.error == {"code": "INVALID_FIELD", "message": "The store cannot keep this task."}
    assert yard.read(bad).next_due_at == clock.now() + timedelta(seconds=60)


def test_a_schedule_that_nobody_understands_is_put_off(
    sqlite_yard: SchedulingYard, clock: FakeClock
) -> None:
    bad, good = sqlite_yard.scheduled(cron="* * * * *"), sqlite_yard.scheduled()
    with sqlite_yard.store.begin() as tx:
        write(tx, bad, timezone="Lost/Zone")
    clock.advance(60)

    assert fire_schedules(sqlite_yard.yard) == 1
    assert fire_schedules(sqlite_yard.yard) == 0

    assert [f.outcome for f in sqlite_yard.history(good)] == ["submitted"]
    assert sqlite_yard.read(bad).wake_at == clock.now() + timedelta(seconds=300)


# --- as things are now


def test_a_task_is_answered_by_the_policy_of_the_moment(
    sqlite_yard: SchedulingYard, clock: FakeClock
) -> None:
    with sqlite_yard.store.begin() as tx:
        project = create_project(tx, sqlite_yard.account.id, "p", "machine")
    plain = sqlite_yard.scheduled(ASKED)
    within = sqlite_yard.scheduled(ASKED, project_id=project.id)

    sqlite_yard.after(clock, 60)

    policies = [
        sqlite_yard.task(str(sqlite_yard.history(one)[0].task_id)).annotators
        for one in (plain, within)
    ]
    assert policies == [Annotators.MIXED.value, Annotators.MACHINE.value]


def test_secrets_are_sealed_and_every_task_has_them(
    sqlite_yard: SchedulingYard, clock: FakeClock
) -> None:
    knows(sqlite_yard, SECRET)
    schedule = sqlite_yard.scheduled(SECRET, payload={"user": "ada", "password": "hidden-word"})
    assert "hidden-word" not in str(schedule)
    assert schedule.task["content"] == {"user": "ada"}

    sqlite_yard.after(clock, 60)

    task = sqlite_yard.task(str(sqlite_yard.history(schedule)[0].task_id))
    assert (task.payload, task.secrets) == ({"user": "ada"}, schedule.secrets)
    sqlite_yard.deleted(schedule)
    with sqlite_yard.store.read() as tx:
        assert tx.rows(schedules.select())[0].secrets is None


# --- pauses, changes, on demand


def test_due_times_in_a_pause_are_neither_made_nor_missed(
    yard: SchedulingYard, clock: FakeClock
) -> None:
    schedule = yard.scheduled()
    paused = yard.paused(schedule)
    assert (paused.standing, paused.wake_at) == (Standing.PAUSED, None)
    assert yard.paused(schedule) == paused
    assert yard.after(clock, 3630) == 0

    resumed = yard.resumed(schedule)

    assert resumed.next_due_at == clock.now() + timedelta(seconds=30)
    assert yard.resumed(schedule) == resumed
    assert yard.after(clock, 30) == 1
    assert yard.told(schedule) == [(3660, "submitted", 0)]


def test_it_may_be_asked_for_at_any_time(yard: SchedulingYard, clock: FakeClock) -> None:
    schedule = yard.scheduled()
    asked = yard.fire_now(schedule)
    assert (asked.due_at, asked.outcome) == (None, "submitted")
    yard.fire_now(yard.paused(schedule))

    yard.resumed(schedule)
    yard.after(clock, 60)

    assert yard.told(schedule) == [
        (None, "submitted", 0), (None, "submitted", 0), (60, "submitted", 0),
    ]  # fmt: skip
    assert yard.statuses() == {Status.PENDING: 3}


def test_what_is_asked_for_and_refused_leaves_nothing(sqlite_yard: SchedulingYard) -> None:
    knows(sqlite_yard, PRICED)
    poor = sqlite_yard.open_account("poor", cents=0)
    schedule = sqlite_yard.scheduled(PRICED, account_id=poor.id)

    with pytest.raises(CreditsExhausted):
        sqlite_yard.fire_now(schedule)

    assert sqlite_yard.history(schedule) == []


def test_a_change_of_its_times_begins_anew(sqlite_yard: SchedulingYard, clock: FakeClock) -> None:
    schedule = sqlite_yard.scheduled(every="3600s")
    clock.advance(1800)

    by_cron = sqlite_yard.changed(schedule, cron="@daily", timezone="Europe/Berlin")
    assert (by_cron.cron, by_cron.every, by_cron.every_seconds) == ("@daily", None, None)
    assert by_cron.next_due_at == clock.now().replace(hour=23, minute=0)
    often = sqlite_yard.changed(schedule, every="60s")
    assert (often.cron, often.anchor_at) == (None, clock.now())
    assert often.next_due_at == clock.now() + timedelta(seconds=60)


def test_a_change_of_something_else_leaves_the_due_time(
    sqlite_yard: SchedulingYard, clock: FakeClock
) -> None:
    schedule = sqlite_yard.scheduled()
    clock.advance(90)
    task = sqlite_yard.asked(payload={"text": "new"})

    end_at = clock.now() + timedelta(days=1)
    changed = sqlite_yard.changed(schedule, name="mine", task=task, end_at=end_at)

    assert changed.next_due_at == schedule.next_due_at
    sqlite_yard.fire()
    (firing,) = sqlite_yard.history(schedule)
    assert sqlite_yard.task(str(firing.task_id)).payload == {"text": "new"}
    paused = sqlite_yard.paused(schedule)
    assert sqlite_yard.changed(paused, jitter_seconds=5).wake_at is None


def test_times_that_make_no_sense_are_refused(
    sqlite_yard: SchedulingYard, clock: FakeClock
) -> None:
    schedule = sqlite_yard.scheduled(end_at=clock.now() + timedelta(hours=1))
    now = clock.now()
    wrong: list[tuple[dict[str, object], str]] = [
        ({"cron": "@daily", "every": "5s"}, "every"),
        ({"every": None}, "cron"),
        ({"jitter_seconds": 60}, "jitterSeconds"),
        ({"start_at": now + timedelta(hours=2)}, "endAt"),
        ({"end_at": now + timedelta(seconds=59)}, "endAt"),
        ({"cron": "0 0 1 1 *"}, "endAt"),
    ]
    for change, field in wrong:
        with pytest.raises(Refused) as refusal:
            sqlite_yard.changed(schedule, **change)
        assert refusal.value.field == field
    assert sqlite_yard.read(schedule) == schedule


def test_what_has_ended_cannot_be_paused(sqlite_yard: SchedulingYard, clock: FakeClock) -> None:
    schedule = sqlite_yard.scheduled(end_at=clock.now() + timedelta(seconds=60))
    sqlite_yard.after(clock, 60)

    with pytest.raises(Conflict):
        sqlite_yard.paused(schedule)
    assert sqlite_yard.changed(schedule, name="still").standing is Standing.ENDED


def test_an_account_has_a_bounded_number_of_schedules(
    sqlite_yard: SchedulingYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "MOST_SCHEDULES", 2)
    first = sqlite_yard.scheduled()
    sqlite_yard.scheduled()

    with pytest.raises(Conflict):
        sqlite_yard.scheduled()
    sqlite_yard.deleted(first)
    sqlite_yard.scheduled()


def test_a_deleted_schedule_fires_no_more_and_goes_after_the_retention(
    yard: SchedulingYard, clock: FakeClock
) -> None:
    schedule = yard.scheduled()
    yard.after(clock, 60)

    yard.deleted(schedule)

    assert yard.after(clock, 600) == 0
    with pytest.raises(NotFound):
        yard.read(schedule)
    clock.advance(yard.yard.settings.retention_days * DAY - 600)
    assert purge_expired(yard.yard) == 0
    clock.advance(1)
    assert purge_expired(yard.yard) == 2
    with yard.store.read() as tx:
        assert tx.rows(schedules.select()) == []
