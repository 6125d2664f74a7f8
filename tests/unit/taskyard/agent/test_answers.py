"""What the gateway's answers mean to an agent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.errors import Refused, Unavailable
from shared.links.service import Service
from taskyard.agent.link_task import LinkTask
from taskyard.agent.server_client import KeyRefused, NotOurs, answer_of

SAID: dict[str, Any] = {
    "id": "018f0000-0000-7000-8000-000000000001",
    "attempt": 2,
    "started_at": "2030-01-31T08:00:00Z",
    "lease_expires_at": "2030-01-31T08:02:00Z",
    "service_type": "social",
    "site_name": "a site",
    "site_url": "https://social.example",
    "site_kind": "mastodon",
    "password": "canary",
    "request_website": "https://shop.example",
    "request_name": "Bikes",
    "config": '{"text": "Hi {website}"}',
    "details": {"note": "", "journal": {"after": "7"}},
}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Refused),
        (401, KeyRefused),
        (403, NotOurs),
        (404, NotOurs),
        (409, NotOurs),
        (429, Unavailable),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
def test_a_status_says_what_may_help(status: int, error: type[Exception]) -> None:
    body = json.dumps({"success": False, "message": "No."}).encode()
    with pytest.raises(error, match=r"No\.") as caught:
        answer_of(status, body)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"<html>"), (200, b"[]"), (302, b"{}"), (502, b"Bad Gateway"), (401, b"<html>")],
    ids=["page", "list", "redirect", "proxy", "somebody else's 401"],
)
def test_what_a_gateway_would_not_say_is_somebody_in_between(status: int, body: bytes) -> None:
    with pytest.raises(Unavailable):
        answer_of(status, body)


def test_a_claimed_task_is_an_order_with_what_was_noted_before() -> None:
    task = LinkTask.of(SAID)
    assert (task.attempt, task.journal) == (2, {"after": "7"})
    assert task.lease_seconds == 120
    order = task.order
    assert (order.key, order.service, order.website) == (
        SAID["id"],
        Service.SOCIAL,
        SAID["request_website"],
    )
    assert (order.campaign, order.config) == ("Bikes", {"text": "Hi {website}"})
    assert (order.site.kind, order.site.password, order.site.about) == ("mastodon", "canary", "")
    assert "canary" not in repr(task)


@pytest.mark.parametrize(
    "wrong",
    [{"id": None, "attempt": None}, {"service_type": "carrots"}, {"config": "{"}, {"details": 1}],
    ids=["no attempt", "unknown service", "config", "details"],
)
def test_a_task_in_other_words_is_not_understood(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="in other words"):
        LinkTask.of({**SAID, **wrong})
