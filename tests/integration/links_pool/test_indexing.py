"""Search engines are told of many pages at once; an hour later each page is looked at."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shared.links.service import Service
from shared.tasks.status import Status
from shared.tasks.task import Task, tasks
from tests.linking_yard import LinkingYard
from tests.sites.faulty_site import Asked, Reply
from tests.sites.indexnow_server import IndexNowServer
from tests.sites.static_site import StaticSite

KEY = "0123456789abcdef"


def ordered(linking: LinkingYard, engine: IndexNowServer, url: str, **config: object) -> str:
    """Order that engines be told of the page."""
    words = {"key": KEY, "endpoint": engine.endpoint, **config}
    return linking.order(url, Service.INDEXING, "indexnow", config=words)


def checks(linking: LinkingYard) -> list[Task]:
    """The looks at pages that were asked for."""
    with linking.memory.store.read() as tx:
        query = select(tasks).where(tasks.c.type == "INDEX_CHECK").order_by(tasks.c.number)
        return [Task.of(row) for row in tx.rows(query)]


def test_pages_of_a_host_share_a_request_and_a_bad_one_spoils_no_other(
    linking: LinkingYard, engine: IndexNowServer, web: StaticSite
) -> None:
    web.put(f"{KEY}.txt", KEY)
    good = [ordered(linking, engine, web.put(f"{n}.html", "<p>Hello")) for n in range(3)]
    bad = ordered(linking, engine, f"{web.url}/missing.html")
    wrong = linking.order("https://social.example", Service.INDEXING)
    linking.work(rounds=1)
    assert {linking.task(task_id).status for task_id in good} == {Status.COMPLETED}
    assert len(engine.told) == 1
    links = {(linking.task(task_id).result or {})["link_post"] for task_id in good}
    assert links == set(engine.told[0]["urlList"])
    assert linking.task(bad).status is Status.PENDING
    assert "kind: indexing can be done at indexnow" in str(linking.task(wrong).error)


def test_a_page_is_looked_at_an_hour_later_or_when_its_campaign_says(
    linking: LinkingYard, engine: IndexNowServer, web: StaticSite
) -> None:
    web.put(f"{KEY}.txt", KEY)
    page = web.put("page.html", "<p>Hello")
    ids = [
        ordered(linking, engine, page),
        ordered(linking, engine, page, check_after_seconds=60),
        ordered(linking, engine, page, check_after_seconds="soon"),
    ]
    linking.work(rounds=1)
    waits = {
        check.payload["task_id"]: round((check.not_before - check.created_at).total_seconds())
        for check in checks(linking)
        if check.not_before
    }
    assert waits == dict(zip(ids, (3600, 60, 3600), strict=True))


def test_what_is_found_is_written_into_the_first_tasks_result(
    linking: LinkingYard, engine: IndexNowServer, web: StaticSite
) -> None:
    web.put(f"{KEY}.txt", KEY)
    fine = ordered(linking, engine, web.put("fine.html", "<p>Hello"), check_after_seconds=0)
    shut = ordered(
        linking,
        engine,
        web.put("shut.html", "<p>Hello", X_Robots_Tag="noindex"),
        check_after_seconds=0,
    )
    linking.work()
    results = [linking.task(task_id).result or {} for task_id in (fine, shut)]
    assert [result["is_indexed"] for result in results] == [True, False]
    assert [result["link_post"] for result in results] == [
        f"{web.url}/fine.html",
        f"{web.url}/shut.html",
    ]
    assert results[0]["note"] == ""
    assert "noindex" in results[1]["note"]
    assert linking.memory.steps(fine) == ["pending", "queued", "running", "completed"]


def test_a_look_at_a_page_of_another_accounts_task_changes_nothing(
    linking: LinkingYard, engine: IndexNowServer, web: StaticSite
) -> None:
    web.put(f"{KEY}.txt", KEY)
    page = web.put("page.html", "<p>Hello")
    theirs = ordered(linking, engine, page)
    linking.work(rounds=1)
    stranger = linking.memory.open_account("other")
    linking.check(theirs, page, account_id=stranger.id)
    linking.check("no id", page)
    linking.work()
    assert [check.status for check in checks(linking)[1:]] == [Status.COMPLETED] * 2
    assert (linking.task(theirs).result or {})["is_indexed"] is None


def test_a_canceled_page_spoils_no_other_of_its_batch(
    linking: LinkingYard,
    engine: IndexNowServer,
    web: StaticSite,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    web.put(f"{KEY}.txt", KEY)
    ids = [ordered(linking, engine, web.put(f"{n}.html", "<p>Hello")) for n in range(2)]
    carried_out = engine.carried_out

    def canceled_meanwhile(call: str, asked: Asked) -> Reply:
        linking.memory.cancel(ids[0])
        return carried_out(call, asked)

    monkeypatch.setattr(engine, "carried_out", canceled_meanwhile)
    linking.work(rounds=1)
    assert [linking.task(i).status for i in ids] == [Status.CANCELED, Status.COMPLETED]
