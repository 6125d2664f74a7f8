"""What a server sees of its tasks."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from sqlalchemy import delete

from shared.tasks.task import tasks, transitions
from tests.remote_servers import CAMPAIGN, PASSWORD, SITE, TASKS, Remote

FIELDS = [
    "id", "request_id", "service_type", "site_id", "site_name", "email", "username", "password",
    "about", "link_profile", "link_post", "status", "retry_count", "max_retries", "details",
    "started_at", "created_at", "request_name", "request_website", "type_request",
    "auction_price", "config", "site_url", "site_kind",
]  # fmt: skip
SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
UNSET = ("link_profile", "link_post", "email", "username", "password", "about")


def test_a_page_says_whose_it_is_and_what_is_on_it(remote: Remote) -> None:
    link_id = remote.one()

    page = remote.listed()

    assert list(page) == [
        "server_id", "server_name", "data", "total", "page", "limit", "next_cursor",
    ]  # fmt: skip
    assert (page["server_id"], page["server_name"]) == (remote.server.id, remote.server.name)
    assert [task["id"] for task in page["data"]] == [link_id]
    assert (page["total"], page["page"], page["limit"], page["next_cursor"]) == (1, 1, 100, None)


def test_a_task_has_its_site_and_its_campaign(remote: Remote) -> None:
    campaign_id = remote.campaign()
    task = remote.shown(remote.one(campaign=campaign_id))

    assert list(task) == FIELDS
    assert {name: task[name] for name in SITE} == SITE
    assert (task["service_type"], task["status"]) == ("social", "queued")
    assert task["request_id"] == campaign_id
    assert task["request_name"] == CAMPAIGN["name"]
    assert task["request_website"] == CAMPAIGN["website"]
    assert task["type_request"] == CAMPAIGN["type_request"]
    assert task["auction_price"] == CAMPAIGN["auction_price"]
    assert orjson.loads(task["config"]) == CAMPAIGN["config"]
    assert (task["retry_count"], task["max_retries"]) == (0, 3)


def test_a_task_without_a_campaign_says_itself_what_it_is_for(remote: Remote) -> None:
    own = {"name": "Alone", "website": "https://example.net/", "config": {"text": "Hi"}}
    task = remote.shown(remote.one(**own))

    assert (task["request_id"], task["request_name"]) == ("", "Alone")
    assert (task["request_website"], task["type_request"]) == ("https://example.net/", "")
    assert (task["auction_price"], task["config"]) == (0, '{"text":"Hi"}')


def test_what_is_unset_is_an_empty_text_or_null(remote: Remote) -> None:
    task = remote.shown(remote.one(**dict.fromkeys(UNSET[2:], "")))

    assert [task[name] for name in UNSET] == [""] * len(UNSET)
    assert (task["details"], task["started_at"]) == (None, None)


def test_times_are_in_whole_seconds(remote: Remote) -> None:
    task = remote.shown(remote.in_state("running"))

    assert SECONDS.fullmatch(task["created_at"])
    assert SECONDS.fullmatch(task["started_at"])


def test_details_hold_what_was_said_and_nothing_else(remote: Remote) -> None:
    link_id = remote.one()
    remote.told(remote.report(link_id, note="half done", is_indexed=False))
    assert remote.shown(link_id)["details"] == {"note": "half done", "is_indexed": False}

    remote.told(remote.report(link_id, "failed", error_message="no such page"))
    assert remote.shown(link_id)["details"]["error_message"] == "no such page"


def test_reading_changes_nothing(remote: Remote) -> None:
    ids = [remote.one(), remote.in_state("running")]
    before = [remote.row(link_id) for link_id in ids]

    remote.listed("status=queued,running")

    assert [remote.row(link_id) for link_id in ids] == before


def test_a_server_sees_what_is_assigned_to_it_alone(remote: Remote, rival: Remote) -> None:
    own, theirs = remote.one(), rival.one()
    remote.ordered()

    assert (remote.ids(), rival.ids()) == ([own], [theirs])


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("", ["queued"]),
        ("status=", ["queued"]),
        ("status=running", ["running"]),
        ("status=completed,failed", ["completed", "failed"]),
        ("status=queued,%20running,", ["queued", "running"]),
        ("status=pending", []),
        ("status=canceled&service_type=social", ["canceled"]),
        ("status=canceled&service_type=entity", []),
        ("status=canceled&service_type=entity,social", ["canceled"]),
    ],
)
def test_a_list_can_be_narrowed(remote: Remote, query: str, seen: list[str]) -> None:
    states = ("queued", "running", "completed", "failed", "canceled")
    ids = {remote.in_state(state): state for state in states}

    assert [ids[link_id] for link_id in remote.ids(query)] == seen
    assert remote.listed(query)["total"] == len(seen)


def test_pages_follow_each_other_by_number_and_by_cursor(remote: Remote) -> None:
    ids = remote.assigned(5)
    pages = [remote.listed("limit=2")]
    while (cursor := pages[-1]["next_cursor"]) and len(pages) < 10:
        pages.append(remote.listed(f"limit=2&page=7&after={cursor}"))

    walked = [[task["id"] for task in page["data"]] for page in pages]
    assert [len(page) for page in walked] == [2, 2, 1]
    assert sorted(link_id for page in walked for link_id in page) == sorted(ids)
    assert walked == [remote.ids(f"limit=2&page={number}") for number in (1, 2, 3)]
    assert remote.ids("limit=2&page=4") == []
    assert {(page["total"], page["limit"]) for page in pages} == {(5, 2)}


def test_the_page_after_a_task_that_was_deleted_goes_on_where_it_stood(remote: Remote) -> None:
    remote.assigned(3)
    first, *rest = remote.ids()
    with remote.yard.store.begin() as tx:
        tx.execute(delete(transitions).where(transitions.c.task_id == first))
        tx.execute(delete(tasks).where(tasks.c.id == first))

    assert remote.ids(f"after={first}") == rest


def test_a_limit_over_a_thousand_is_a_thousand(remote: Remote) -> None:
    assert remote.listed("limit=1001")["limit"] == 1000
    assert remote.listed(f"limit={10**30}")["limit"] == 1000


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"), ("limit=-1", "limit"), ("limit=ten", "limit"),
        ("limit=1.5", "limit"), ("page=0", "page"), ("page=abc", "page"), ("page=-2", "page"),
        ("status=done", "status"), ("status=pending,done", "status"), ("status=,", "status"),
        ("service_type=email", "service_type"), ("service_type=SOCIAL", "service_type"),
        ("after=5", "after"), ("after=%00", "after"),
        ("after=00000000-0000-4000-8000-000000000000", "after"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_refused_by_name(
    remote: Remote, query: str, field: str
) -> None:
    answer = remote.get(f"{TASKS}?{query}")

    assert answer.status_code == 400
    assert answer.get_json()["message"].startswith(field)


def test_unknown_parameters_are_ignored(remote: Remote) -> None:
    assert remote.ids(f"colour=red&page={10**30}") == []


@pytest.mark.parametrize("status", ["completed", "failed", "canceled"])
def test_a_password_is_shown_until_the_task_is_final(remote: Remote, status: str) -> None:
    assert remote.shown(remote.in_state("running"))["password"] == PASSWORD
    assert remote.shown(remote.in_state(status))["password"] == ""


def test_a_password_goes_with_the_task_to_the_next_server(remote: Remote, rival: Remote) -> None:
    link_id = remote.one()

    remote.moved_to(rival, link_id)

    assert remote.ids() == []
    assert rival.shown(link_id)["password"] == PASSWORD


def test_a_task_that_failed_and_is_tried_again_is_pending(remote: Remote) -> None:
    link_id = remote.in_state("running")
    remote.told(remote.report(link_id, "failed", error_message="busy"))

    task: dict[str, Any] = remote.shown(link_id)

    assert (task["status"], task["retry_count"]) == ("pending", 1)
    assert remote.ids("status=failed") == []
