"""Posts by real workers: one at a time for each device and account, in time, and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from signal import SIGKILL
from typing import Any

import pytest
from sqlalchemy import update

from shared.devices.device import Device, add_device
from shared.material.library import add_material
from shared.social.account import SocialAccount, add_social_account
from shared.tasks import dispatch
from shared.tasks.draft import Accepted, Draft
from shared.tasks.mutex import names
from shared.tasks.status import Status
from shared.tasks.task import tasks
from tests.integration.workers.conftest import NewYard
from tests.posting_yard import VIDEO
from tests.servers import ValkeyServer, eventually
from tests.sites.faulty_site import CUT_AFTER, SLOW_AFTER, running
from tests.sites.mastodon_server import TOKEN, MastodonServer
from tests.working_yard import WorkingYard
from workers.scripts.post import POST

START_SECONDS = 10.0


class Posters:
    """A yard with a scheduler and a worker of the pool, and short ways to order posts."""

    def __init__(self, yard: WorkingYard) -> None:
        self.yard = yard
        self.scheduler = yard.scheduler()
        self.worker = yard.worker("scripts", name="posters", concurrency=2)
        for number in range(3):
            written = yard.yard.blobs.write(b"clip %d" % number)
            with yard.store.begin() as tx:
                add_material(tx, yard.account.id, written, name=f"{number}.mp4", facts=VIDEO)

    def device(self, serial: str) -> Device:
        """A new device without a link."""
        with self.yard.store.begin() as tx:
            return add_device(tx, self.yard.account.id, serial)

    def social(self, username: str, server: MastodonServer | None = None) -> SocialAccount:
        """A new account, of ``server`` where there is one."""
        credential = {"access_token": TOKEN, "instance": server.url} if server else None
        with self.yard.store.begin() as tx:
            return add_social_account(
                tx, self.yard.settings, self.yard.account.id, "mastodon", username,
                credential=credential,
            )  # fmt: skip

    def order(
        self,
        social: SocialAccount | None = None,
        device: Device | None = None,
        not_before: datetime | None = None,
    ) -> str:
        """Order a post; the task's id."""
        given: dict[str, Any] = {
            "device_id": device.id if device else None,
            "social_id": social.id if social else None,
            "config": {"captions": "{Hi|Hello} #new"},
        }
        draft = Draft(
            account_id=self.yard.account.id,
            task_type=POST,
            payload=POST.payload.load(given),
            dialect="scripts",
            not_before=not_before,
        )
        (answer,) = dispatch.submit(self.yard.yard, [draft])
        assert isinstance(answer, Accepted), answer
        return answer.task_id

    def kill_who_runs(self) -> None:
        """Kill the worker and its children."""
        self.worker.signal_all(SIGKILL)
        self.worker.until_ended()

    def begin_anew(self) -> None:
        """Start another worker of the same name."""
        self.worker = self.yard.worker("scripts", name="posters", concurrency=2)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def posters(
    request: pytest.FixtureRequest, new_yard: NewYard, module_valkey: ValkeyServer
) -> Iterator[Posters]:
    """The module's worker, on each kind of store in turn."""
    module_valkey.flush()
    yard = new_yard(request.param, module_valkey, ALLOW_NETWORKS="127.0.0.0/8")
    yield Posters(yard)
    yard.close()


@pytest.fixture
def server() -> Iterator[MastodonServer]:
    """A platform."""
    with running(MastodonServer()) as site:
        site.video_looks = 0
        yield site


def test_posts_of_one_device_or_account_never_run_at_the_same_time(posters: Posters) -> None:
    phones = [posters.device(f"phone {n}") for n in range(2)]
    people = [posters.social(f"person {n}") for n in range(2)]
    places = [(who, phone) for who in (*people, None) for phone in (*phones, None)][:-1]

    ids = [posters.order(who, phone) for who, phone in places * 2]

    posters.yard.until_all(ids, seconds=60)
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for task in posters.yard.tasks(ids):
        begun, ended = (row.at for row in posters.yard.transitions(task.id)[-2:])
        for mutex in names(task.mutexes):
            spans.setdefault(mutex, []).append((begun, ended))
    assert len(spans) == 4
    for times in spans.values():
        times.sort()
        assert all(one[1] <= other[0] for one, other in pairwise(times))


def test_a_post_begins_within_seconds_of_its_time_and_not_before(posters: Posters) -> None:
    at = posters.yard.store.now() + timedelta(seconds=2)
    task = posters.yard.until(posters.order(None, posters.device("clock"), at))

    assert task.started_at is not None
    assert at <= task.started_at <= at + timedelta(seconds=START_SECONDS)


def test_a_worker_that_is_killed_after_the_post_was_sent_leads_to_one_post(
    posters: Posters, server: MastodonServer
) -> None:
    server.misbehave("post", SLOW_AFTER)
    task_id = posters.order(posters.social("killed", server))
    eventually(lambda: len(server.posted) == 1, 30, "the post")

    posters.kill_who_runs()
    posters.begin_anew()

    task = posters.yard.until(task_id, Status.COMPLETED, seconds=60)
    assert task.attempt == 2
    assert len(server.posted) == 1
    assert task.result is not None
    assert task.result["id"] == server.posted[0].id
    assert task.result["caption"] == server.posted[0].text
    assert server.wrong == []


def test_a_post_whose_answer_is_cut_off_is_found_by_the_next_attempt(
    posters: Posters, server: MastodonServer
) -> None:
    server.misbehave("post", CUT_AFTER)
    task_id = posters.order(posters.social("cut", server))
    eventually(lambda: posters.yard.task(task_id).retry_count == 1, 30, "the failure")
    _let_it_be_due(posters, task_id)

    task = posters.yard.until(task_id, Status.COMPLETED, seconds=60)

    assert len(server.posted) == 1
    assert task.result is not None
    assert task.result["url"].endswith(server.posted[0].id)


def test_a_post_that_is_stopped_while_the_platform_is_silent_ends_soon(
    posters: Posters, server: MastodonServer
) -> None:
    server.misbehave("upload", SLOW_AFTER)
    task_id = posters.order(posters.social("stopped", server))
    eventually(lambda: server.count("upload") == 1, 30, "the upload")

    posters.yard.cancel(task_id)

    posters.yard.until(task_id, Status.CANCELED, seconds=30)
    assert server.posted == []


def _let_it_be_due(posters: Posters, task_id: str) -> None:
    """Nobody waits for up to a minute in a test."""
    with posters.yard.store.begin() as tx:
        tx.execute(update(tasks).where(tasks.c.id == task_id).values(not_before=tx.now))
