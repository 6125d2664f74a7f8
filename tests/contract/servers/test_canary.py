"""A site's password goes through a campaign to the task's server, and is told to nobody else."""

from __future__ import annotations

import base64
import json
import logging
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from shared.accounts.token import issue_token
from shared.tasks.status import Status
from tests.campaigning import a_site
from tests.canary import CANARY, holds_rows, in_text, sweep
from tests.remote_servers import TASKS, Remote

REQUESTS = "/api/v1/requests"
LEAKS = {
    "note": f"signed in with {CANARY}",
    "error_message": f"https://ann:{quote(CANARY, safe='')}@a.example refused",
    "link_post": "https://a.example/?basic=" + base64.b64encode(f"ann:{CANARY}".encode()).decode(),
}


class Owner:
    """The account that made the campaign: everything that it is told is kept."""

    def __init__(self, remote: Remote) -> None:
        token = issue_token(remote.yard.settings, remote.account.id, "operator", ttl_seconds=600)
        self._client: FlaskClient = remote.app.test_client()
        self._headers = {"Authorization": f"Bearer {token}"}
        self.told: list[str] = []

    def send(self, method: str, path: str, status: int = 200, **kwargs: Any) -> Any:
        """Send one request; what was answered."""
        answer = self._client.open(path, method=method, headers=self._headers, **kwargs)
        assert answer.status_code == status, answer.text
        self.told.append(f"{answer.headers}\n{answer.text}")
        return answer.get_json(silent=True)

    def looks_around(self, campaign_id: str, link_id: str) -> None:
        """Read all that there is to read."""
        for path in (REQUESTS, f"{REQUESTS}/{campaign_id}", f"{REQUESTS}/{campaign_id}/export"):
            self.send("GET", path)
        for path in ("/api/v1/tasks", f"/api/v1/tasks/{link_id}", "/api/v1/servers"):
            self.send("GET", path)


@pytest.fixture
def owner(remote: Remote) -> Owner:
    """The account of the server."""
    return Owner(remote)


def campaign(owner: Owner, **site: Any) -> str:
    """A campaign of one site whose password is the canary; its id."""
    sites = [a_site(1, password=CANARY, **site)]
    body = {"name": "Spring", "website": "https://x.example", "service_type": "social"}
    return str(owner.send("POST", REQUESTS, 201, json={**body, "sites": sites})["id"])


def test_a_password_is_seen_by_the_tasks_server_alone(
    remote: Remote, rival: Remote, owner: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    refused = owner.send(
        "POST", REQUESTS, 400, json={"name": "", "sites": [a_site(1, password=CANARY, kind=7)]}
    )
    campaign_id = campaign(owner)
    (task,) = remote.claim(limit=1)
    link_id = task["id"]
    assert task["password"] == remote.shown(link_id)["password"] == CANARY
    told = [rival.get(f"{TASKS}?status={','.join(Status)}").text, json.dumps(refused)]
    told.append(rival.report(link_id, "completed", note=CANARY).text)
    sweep(remote.yard.store)

    owner.looks_around(campaign_id, link_id)
    told += [remote.report(link_id, None, **LEAKS, journal={CANARY: [CANARY]}).text]
    told += [remote.report(link_id, "failed", **LEAKS, attempt=1).text]
    sweep(remote.yard.store)
    owner.looks_around(campaign_id, link_id)
    assert remote.shown(link_id)["password"] == CANARY
    assert in_text(json.dumps(remote.shown(link_id)["details"], ensure_ascii=False)) == []

    told += [remote.report(link_id, "completed", **LEAKS).text]
    sweep(remote.yard.store)
    assert holds_rows(remote.yard.store, "transitions")
    assert remote.row(link_id).secrets is None
    assert remote.shown(link_id)["password"] == ""
    owner.looks_around(campaign_id, link_id)
    told += [*owner.told, caplog.text, str([vars(record) for record in caplog.records])]
    assert [in_text(text) for text in told] == [[]] * len(told)


@pytest.mark.parametrize("end", ["canceled", "failed"])
def test_what_ends_otherwise_keeps_it_no_longer_than_it_must(
    remote: Remote, owner: Owner, end: str
) -> None:
    campaign(owner)
    (task,) = remote.claim(limit=1)
    remote.report(task["id"], end, **LEAKS, retryable=False)
    assert remote.shown(task["id"])["password"] == ""
    sweep(remote.yard.store)
    assert (remote.row(task["id"]).secrets is None) is (end == "canceled")
