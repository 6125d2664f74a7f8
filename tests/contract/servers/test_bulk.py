"""A server reports of several tasks at once."""

from __future__ import annotations

from typing import Any

import pytest

from shared.ids import new_id
from tests.contract.servers.conftest import shortly
from tests.remote_servers import TASKS, Remote

BULK = f"{TASKS}/bulk"


def test_each_report_is_answered_in_its_place(remote: Remote, rival: Remote) -> None:
    done, failed, over = remote.one(), remote.one(), remote.in_state("completed")
    theirs, unknown = rival.one(), new_id()

    told = remote.bulk(
        {"link_id": done, "status": "completed", "link_post": "https://a"},
        {"link_id": theirs, "status": "completed"},
        {"link_id": unknown, "status": "completed"},
        {"link_id": failed, "status": "failed", "error_message": "down", "retryable": False},
        {"link_id": over, "status": "running"},
        {"link_id": done, "status": "failed"},
    )

    assert told == {
        "total": 6,
        "success": 2,
        "failed": 4,
        "results": [
            {"link_id": done, "success": True},
            {"link_id": theirs, "success": False, "error": "not_your_task"},
            {"link_id": unknown, "success": False, "error": "not_found"},
            {"link_id": failed, "success": True},
            {"link_id": over, "success": False, "error": "illegal_transition"},
            {"link_id": done, "success": False, "error": "duplicate"},
        ],
    }
    assert (remote.row(done).status, remote.row(failed).status) == ("completed", "failed")
    assert rival.row(theirs).status == "queued"


@pytest.mark.parametrize(
    ("item", "error"),
    [
        ({"status": "done"}, "invalid_status"),
        ({"status": "queued"}, "invalid_status"),
        ({"status": 5, "note": 5}, "invalid_status"),
        ({"status": "completed", "attempt": 4}, "stale_attempt"),
        ({"status": "completed", "note": 5}, "invalid_field: note: must "),
        ({"status": "completed", "is_indexed": "no"}, "invalid_field: is_indexed: must "),
        ({"link_post": "x" * 2001}, "invalid_field: link_post: must "),
    ],
    ids=shortly,
)
def test_an_item_that_cannot_be_taken_says_why(
    remote: Remote, item: dict[str, Any], error: str
) -> None:
    spoiled, sound = remote.one(), remote.one()

    told = remote.bulk({"link_id": spoiled, **item}, {"link_id": sound, "status": "running"})

    assert told["results"][0]["error"].startswith(error)
    assert told["results"][1] == {"link_id": sound, "success": True}
    assert (remote.row(spoiled).status, remote.row(sound).status) == ("queued", "running")


@pytest.mark.parametrize(
    "item",
    [{}, {"link_id": ""}, {"link_id": None}, {"link_id": ["a"]}, {"link_id": True}, 5, "x", None],
    ids=shortly,
)
def test_an_item_that_names_no_task_says_so(remote: Remote, item: Any) -> None:
    assert remote.bulk(item)["results"] == [
        {"link_id": "", "success": False, "error": "missing_link_id"}
    ]


@pytest.mark.parametrize("link_id", ["x", "a\x00b", 5, "é" * 100], ids=shortly)
def test_a_name_that_is_no_id_is_not_found(remote: Remote, link_id: Any) -> None:
    (told,) = remote.bulk({"link_id": link_id, "status": "running"})["results"]

    assert told == {"link_id": str(link_id), "success": False, "error": "not_found"}


def test_no_items_are_no_reports(remote: Remote) -> None:
    assert remote.bulk() == {"total": 0, "success": 0, "failed": 0, "results": []}


def test_five_hundred_reports_are_taken_at_once(remote: Remote) -> None:
    ids = remote.assigned(500)

    told = remote.bulk(*({"link_id": link_id, "status": "completed"} for link_id in ids))

    assert (told["total"], told["success"], told["failed"]) == (500, 500, 0)
    assert remote.listed("status=completed")["total"] == 500


def test_of_more_than_five_hundred_none_is_taken(remote: Remote) -> None:
    link_id = remote.one()
    items = [{"link_id": link_id, "status": "completed"}] * 501

    answer = remote.put(BULK, json={"items": items})

    assert answer.status_code == 400
    assert "items" in answer.get_json()["message"]
    assert "500" in answer.get_json()["message"]
    assert remote.row(link_id).status == "queued"


@pytest.mark.parametrize(
    "body", [[], {}, {"items": None}, {"items": {}}, {"items": "x"}, "x", 5], ids=str
)
def test_a_body_without_a_list_of_items_is_refused(remote: Remote, body: Any) -> None:
    answer = remote.put(BULK, json=body)

    assert (answer.status_code, answer.get_json()["success"]) == (400, False)


def test_reports_with_long_texts_may_be_larger_than_other_bodies(remote: Remote) -> None:
    notes = [{"link_id": new_id(), "note": "é" * 9_999} for _ in range(450)]

    assert remote.bulk(*notes)["failed"] == 450


def test_what_was_reported_before_is_taken_again(remote: Remote) -> None:
    item = {"link_id": remote.one(), "status": "completed", "link_post": "https://a"}
    first = remote.bulk(item)
    before = remote.row(item["link_id"])

    assert remote.bulk(item) == first
    assert remote.row(item["link_id"]) == before
