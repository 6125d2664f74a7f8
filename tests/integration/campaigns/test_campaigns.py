"""Campaigns: many links of one service, made, held back, let go, canceled, exported."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select

from scheduler.keep_campaigns_paused import KeepCampaignsPaused
from shared.campaigns.campaign import Campaign, campaigns, list_campaigns
from shared.campaigns.export import COLUMNS, export_csv
from shared.campaigns.pause import hold, write
from shared.clock import FakeClock
from shared.db import Store
from shared.errors import Conflict, CreditsExhausted, NotFound, Refused
from shared.sealed import is_sealed
from shared.settings import Settings
from shared.tasks import backlog, dispatch
from shared.tasks.loss import Cause
from shared.tasks.outcome import Completed
from shared.tasks.reason import Reason
from shared.tasks.retention import purge
from shared.tasks.status import Status
from shared.tasks.task import Task
from shared.tasks.waiting_facts import waiting_for
from tests.campaigning import SECRET, CampaignYard, a_site
from tests.fleet_yard import RETRY_SECONDS, SOCIAL
from tests.memory_yard import WORKER, in_threads

P, Q, R, D, F, C = (status.value for status in Status)


@pytest.fixture
def yard(store: Store, settings: Settings) -> CampaignYard:
    """A yard on each kind of store."""
    return CampaignYard(store, settings)


@pytest.fixture
def in_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every part of a campaign be two tasks."""
    monkeypatch.setattr("shared.campaigns.pause.MOVED_AT_ONCE", 2)
    monkeypatch.setattr("shared.campaigns.cancel.CANCELED_AT_ONCE", 2)
    monkeypatch.setattr("shared.campaigns.tasks.READ_AT_ONCE", 2)


def handed_out(yard: CampaignYard) -> int:
    """How many social tasks go to our own workers now."""
    with yard.store.begin() as tx:
        backlog.wake(tx)
    return dispatch.release(yard.yard, SOCIAL.queue)


def table(yard: CampaignYard, campaign: Campaign) -> list[dict[str, str]]:
    """The rows of the exported table."""
    text = "".join(export_csv(yard.store, campaign))
    return list(csv.DictReader(io.StringIO(text, newline="")))


# --- made


def test_a_campaign_is_a_task_for_each_site(yard: CampaignYard) -> None:
    campaign = yard.made(3, auction_price=12.5)

    assert (campaign.size, campaign.auction_price, campaign.link_cost_cents) == (3, 12.5, 13)
    made = yard.tasks_of(campaign)
    assert [task.payload["site_name"] for task in made] == ["Site 1", "Site 2", "Site 3"]
    assert made[0].payload == {
        "site_id": "site-1",
        "site_name": "Site 1",
        "site_url": "https://s1.example",
        "site_kind": "mastodon",
        "email": "ada@s1.example",
        "username": "ada",
        "about": "Paints.",
    }
    assert {(t.target_id, t.type, t.max_retries, t.cost_cents) for t in made} == {
        (campaign.id, "SOCIAL", 2, 13)
    }
    assert yard.counts(campaign) == {P: 3}


def test_passwords_are_kept_sealed_and_nowhere_else(yard: CampaignYard) -> None:
    campaign = yard.made(1)

    (task,) = yard.tasks_of(campaign)
    assert SECRET not in str(task)
    assert task.secrets is not None
    assert all(is_sealed(value) for value in task.secrets.values())


def test_a_site_without_a_password_has_no_secret(yard: CampaignYard) -> None:
    (task,) = yard.tasks_of(yard.made(sites=[a_site(password=...)]))

    assert task.secrets is None


def test_the_price_is_held_for_each_link_and_kept_for_those_that_are_made(
    yard: CampaignYard,
) -> None:
    campaign = yard.made(3, auction_price=20)
    assert yard.money() == (9_940, 60)
    assert handed_out(yard) == 3
    good, bad, _ = yard.claim(*yard.ids_of(campaign))

    yard.completes(good)
    yard.fails_for_good(bad)
    assert yard.money() == (9_960, 20)

    yard.cancel_campaign(campaign)
    yard.cancel(yard.ids_of(yard.made(1))[0])
    assert yard.money() == (9_960, 20)


def test_without_the_credits_nothing_is_made(yard: CampaignYard) -> None:
    with pytest.raises(CreditsExhausted, match="cost 10020 cents"):
        yard.made(3, auction_price=3340)

    with yard.store.read() as tx:
        assert tx.first(select(campaigns)) is None
    assert yard.statuses() == {}
    assert yard.money() == (10_000, 0)


def test_a_service_that_no_process_here_knows_is_refused(yard: CampaignYard) -> None:
    with pytest.raises(Refused, match="podcast is not available") as refused:
        yard.made(1, service_type="podcast", sites=[a_site(kind="")])
    assert refused.value.field == "service_type"


def test_campaigns_are_listed_newest_first_and_to_their_account_alone(yard: CampaignYard) -> None:
    other = yard.open_account("other")
    made = [yard.made(1, name=str(number)) for number in range(3)]
    yard.made(1, owner=other, name="theirs")

    with yard.store.read() as tx:
        first = list_campaigns(tx, yard.account.id, limit=2)
        rest = list_campaigns(tx, yard.account.id, before=first[-1].number, limit=2)
    assert [one.name for one in first + rest] == ["2", "1", "0"]
    assert rest == [made[0]]


# --- paused


@pytest.mark.usefixtures("in_small_parts")
def test_what_is_paused_is_handed_out_to_nobody_until_it_goes_on(yard: CampaignYard) -> None:
    campaign, other = yard.made(5), yard.made(1)
    assert yard.pause(campaign).paused_at is not None

    assert handed_out(yard) == 1
    assert yard.counts(other) == {Q: 1}
    server = yard.add()
    assert yard.assign() == 0
    assert yard.server_claims(server) == []
    assert yard.counts(campaign) == {P: 5}

    assert yard.resume(campaign).paused_at is None
    assert yard.assign() == 5


@pytest.mark.usefixtures("in_small_parts")
def test_a_pause_takes_back_what_nobody_has_started(yard: CampaignYard) -> None:
    campaign = yard.made(4)
    assert handed_out(yard) == 4
    running = yard.claim(yard.ids_of(campaign)[2])[0]

    yard.pause(campaign)

    assert yard.counts(campaign) == {P: 3, R: 1}
    assert yard.run_all() == 0
    assert handed_out(yard) == 0
    assert yard.completes(running) == {running.id}
    assert yard.last_step(yard.ids_of(campaign)[0]).reason == "campaign paused"
    yard.resume(campaign)
    assert handed_out(yard) == 3
    yard.assert_counted()


def test_a_pause_takes_back_what_waits_at_a_server(yard: CampaignYard) -> None:
    server, campaign = yard.add(), yard.made(3)
    assert yard.assign() == 3
    (running,) = yard.server_claims(server, 1)

    yard.pause(campaign)

    assert yard.counts(campaign) == {P: 2, R: 1}
    assert yard.assign() == 0
    assert {task.server_id for task in yard.tasks_of(campaign)} == {server.id, None}
    assert yard.report(server, running.id, "completed", attempt=1) is None
    yard.resume(campaign)
    assert yard.assign() == 2


def test_what_failed_while_paused_waits_for_the_campaign_and_for_no_time(
    yard: CampaignYard, clock: FakeClock
) -> None:
    campaign = yard.made(1)
    handed_out(yard)
    (task,) = yard.claim(*yard.ids_of(campaign))
    yard.pause(campaign)
    yard.fails(task)

    assert KeepCampaignsPaused()(yard.yard) == 1
    clock.advance(RETRY_SECONDS + 1)
    assert handed_out(yard) == 0
    assert KeepCampaignsPaused()(yard.yard) == 0

    yard.resume(campaign)
    assert handed_out(yard) == 1


def test_what_came_back_and_was_handed_out_again_comes_back_once_more(yard: CampaignYard) -> None:
    campaign = yard.made(1)
    handed_out(yard)
    assert len(yard.claim(*yard.ids_of(campaign))) == 1
    yard.pause(campaign)
    dispatch.lose(yard.yard, WORKER, Cause.LEASE_LAPSED, actor="tests")
    assert handed_out(yard) == 1

    assert KeepCampaignsPaused()(yard.yard) == 1
    assert yard.counts(campaign) == {P: 1}
    assert handed_out(yard) == 0


@pytest.mark.usefixtures("in_small_parts")
def test_once_a_campaign_is_paused_nothing_of_it_is_handed_out(yard: CampaignYard) -> None:
    campaign, over = yard.made(20), Event()

    def work(number: int) -> None:
        if number == 0:
            yard.pause(campaign)
            over.set()
        while not over.is_set():
            handed_out(yard)

    in_threads(3, work)

    assert yard.counts(campaign) == {P: 20}
    yard.assert_counted()


def test_every_paused_campaign_is_looked_at_in_turn(
    yard: CampaignYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.keep_campaigns_paused.LOOKED_AT_ONCE", 2)
    paused = [yard.made(1) for _ in range(3)]
    with yard.store.begin() as tx:
        for campaign in paused:
            write(tx, campaign, paused_at=tx.now)
    keep = KeepCampaignsPaused()

    assert [keep(yard.yard) for _ in range(4)] == [2, 1, 0, 0]
    assert handed_out(yard) == 0


def test_what_was_let_go_meanwhile_is_held_no_more(yard: CampaignYard) -> None:
    paused = yard.pause(yard.made(2))
    yard.resume(paused)

    assert hold(yard.yard, paused, actor="late") == 0
    assert handed_out(yard) == 2


def test_what_a_resume_left_half_done_the_next_one_finishes(yard: CampaignYard) -> None:
    campaign = yard.pause(yard.made(2))
    with yard.store.begin() as tx:
        write(tx, campaign, paused_at=None)
    assert handed_out(yard) == 0

    yard.resume(campaign)

    assert handed_out(yard) == 2


def test_to_pause_twice_is_to_pause_once(yard: CampaignYard, clock: FakeClock) -> None:
    first = yard.pause(yard.made(1))
    clock.advance(5)

    assert yard.pause(first).paused_at == first.paused_at
    assert yard.resume(first).paused_at is None
    assert yard.resume(first).paused_at is None


def test_what_is_held_back_says_which_campaign_is_paused(yard: CampaignYard) -> None:
    campaign = yard.made(1)
    paused = yard.pause(campaign)
    (task,) = yard.tasks_of(campaign)

    with yard.store.read() as tx:
        waiting = waiting_for(tx, task, yard.yard.registry)
    assert waiting is not None
    assert (waiting.reason, waiting.since) == (Reason.PAUSE, paused.paused_at)
    assert waiting.detail.startswith("The campaign Spring is paused since")


def test_a_campaign_is_there_for_its_account_alone(yard: CampaignYard) -> None:
    theirs = yard.open_account("other")
    campaign = yard.made(1, owner=theirs)
    for change in (yard.pause, yard.resume, yard.cancel_campaign):
        with pytest.raises(NotFound):
            change(replace(campaign, account_id=yard.account.id))
    assert yard.counts(campaign) == {P: 1}


# --- canceled


@pytest.mark.usefixtures("in_small_parts")
def test_what_is_not_over_is_canceled_and_paid_back(yard: CampaignYard) -> None:
    campaign = yard.made(7)
    assert handed_out(yard) == 4
    done, running, *_ = yard.claim(*yard.ids_of(campaign)[:2])
    yard.completes(done)

    canceled = yard.cancel_campaign(campaign)

    assert canceled.canceled_at is not None
    assert canceled.paused_at is None
    assert yard.counts(campaign) == {D: 1, R: 1, C: 5}
    assert yard.task(running.id).cancel_requested_at is not None
    assert yard.money() == (9_960, 20)
    assert {task.secrets for task in yard.tasks_of(campaign) if task.status == C} == {None}


def test_a_paused_campaign_is_canceled_as_well(yard: CampaignYard) -> None:
    campaign = yard.pause(yard.made(2))

    yard.cancel_campaign(campaign)

    assert yard.counts(campaign) == {C: 2}


def test_what_is_canceled_is_not_paused_and_does_not_go_on(yard: CampaignYard) -> None:
    campaign = yard.cancel_campaign(yard.made(1))

    for change in (yard.pause, yard.resume):
        with pytest.raises(Conflict, match="is canceled"):
            change(campaign)
    assert yard.cancel_campaign(campaign) == campaign


def test_a_cancellation_that_was_left_half_done_is_finished(
    yard: CampaignYard, clock: FakeClock
) -> None:
    campaign = yard.made(3)
    with yard.store.begin() as tx:
        write(tx, campaign, canceled_at=tx.now, paused_at=tx.now)
    keep = KeepCampaignsPaused()

    assert keep(yard.yard) == 0
    clock.advance(31)
    assert keep(yard.yard) == 3
    assert yard.counts(campaign) == {C: 3}
    assert yard.now(campaign).paused_at is None


# --- exported


@pytest.mark.usefixtures("in_small_parts")
def test_the_outcome_is_a_table_with_a_row_for_each_link(yard: CampaignYard) -> None:
    campaign = yard.made(3)
    handed_out(yard)
    good, bad, _ = running = yard.claim(*yard.ids_of(campaign))
    _ends(yard, good, bad)

    rows = table(yard, campaign)

    assert tuple(rows[0]) == COLUMNS
    assert [row["link_id"] for row in rows] == [task.id for task in running]
    assert [row["status"] for row in rows] == [D, F, R]
    assert rows[0] | {"created_at": "", "completed_at": ""} == {
        "link_id": good.id,
        "site_id": "site-1",
        "site_name": "Site 1",
        "site_url": "https://s1.example",
        "service_type": "social",
        "status": "completed",
        "link_profile": "",
        "link_post": "https://s1.example/1",
        "is_indexed": "true",
        "note": "'=1+1",
        "error_message": "",
        "attempts": "1",
        "created_at": "",
        "completed_at": "",
    }
    assert rows[1]["error_message"] == "broken"
    assert (rows[2]["completed_at"], rows[2]["error_message"]) == ("", "")
    assert rows[0]["completed_at"] == f"{yard.task(good.id).completed_at:%Y-%m-%dT%H:%M:%SZ}"


def _ends(yard: CampaignYard, good: Task, bad: Task) -> None:
    link = {"link_profile": "", "link_post": "https://s1.example/1", "is_indexed": True}
    dispatch.report(yard.yard, [Completed(good, {**link, "note": "=1+1"})], WORKER)
    yard.fails_for_good(bad)


def test_no_password_is_ever_exported(yard: CampaignYard) -> None:
    campaign = yard.made(2)

    assert SECRET not in "".join(export_csv(yard.store, campaign))


def test_a_campaign_whose_tasks_were_purged_has_a_heading_and_no_rows(
    yard: CampaignYard, clock: FakeClock
) -> None:
    campaign = yard.cancel_campaign(yard.made(2))
    clock.advance(timedelta(days=2).total_seconds())
    yard.store.transact(lambda tx: purge(tx, 1))

    assert "".join(export_csv(yard.store, campaign)) == ",".join(COLUMNS) + "\r\n"
    assert yard.counts(campaign) == {}
