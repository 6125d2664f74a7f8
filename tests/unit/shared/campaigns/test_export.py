"""The row of one link in an exported table."""

from __future__ import annotations

from typing import Any

import pytest

from shared.campaigns.export import COLUMNS, cells, neutral
from shared.tasks.status import Status
from tests.a_task import a_task


def row(status: Status = Status.PENDING, **changes: Any) -> dict[str, str]:
    """The cells of a task by their columns."""
    told = {"site_id": "7", "site_name": "Site", "site_url": "https://s.example"}
    task = a_task(status, type="BLOG20", **{"payload": told, **changes})
    return dict(zip(COLUMNS, cells(task), strict=True))


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("a=1", "a=1"),
        ("https://s.example", "https://s.example"),
        ("", ""),
    ],
)
def test_no_text_is_a_formula(text: str, safe: str) -> None:
    assert neutral(text) == safe


def test_what_was_said_of_a_link_shows_before_it_is_done() -> None:
    report = {"link_profile": "https://s.example/ada", "is_indexed": False, "note": "@home"}

    found = row(Status.RUNNING, attempt=2, detail={"report": report})

    assert (found["link_profile"], found["is_indexed"]) == ("https://s.example/ada", "false")
    assert (found["note"], found["attempts"], found["completed_at"]) == ("'@home", "2", "")
    assert found["service_type"] == "blog20"
    assert found["created_at"] == "2030-01-31T12:00:00Z"


@pytest.mark.parametrize(
    ("status", "changes", "message"),
    [
        (Status.FAILED, {"error": {"code": "X", "message": "ours"}}, "ours"),
        (
            Status.FAILED,
            {"error": {"message": "ours"}, "detail": {"report": {"error_message": "theirs"}}},
            "theirs",
        ),
        (Status.PENDING, {"error": {"message": "ours"}}, ""),
        (Status.CANCELED, {"detail": {"report": {"error_message": "theirs"}}}, ""),
    ],
    ids=range(4),
)
def test_why_a_link_failed_shows_once_it_did_for_good(
    status: Status, changes: dict[str, Any], message: str
) -> None:
    assert row(status, **changes)["error_message"] == message
