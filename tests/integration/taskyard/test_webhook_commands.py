"""``taskyard webhook …``: at a real gateway, and with real requests."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import httpx
import pytest
from click.testing import Result
from standardwebhooks.webhooks import Webhook as Official

from shared.errors import Refused
from shared.ids import new_id
from shared.notices.callback_signing import callback_secret
from shared.notices.webhook_making import NewWebhook, make_webhook, rotate_secret
from taskyard.client import ClientError
from taskyard.notice_receiver import Receiver, summary
from tests.calling import Station, client_bench, station
from tests.integration.taskyard.test_client_commands import here
from tests.servers import eventually, free_port

__all__ = ["client_bench", "here", "station"]
Command = Callable[..., Result]
URL = "https://1.1.1.1/hook"


def told(result: Result) -> Any:
    """What a command says in JSON."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_webhook_is_added_and_looked_after(here: Command) -> None:
    words = ("--events", "completed, failed", "--types", "ECHO", "--description", "ours")
    made = told(here("webhook", "add", URL, *words, "--json"))
    assert made.keys() == {"id", "secret"}
    id_ = made["id"]

    (listed,) = told(here("webhook", "list", "--json"))
    assert (listed["id"], listed["events"], listed["types"]) == (
        id_, ["completed", "failed"], ["ECHO"],
    )  # fmt: skip
    assert URL in here("webhook", "list").stdout
    assert "failures in a row" in here("webhook", "list").stdout
    assert "completed, failed" in here("webhook", "show", id_).stdout
    changed = told(here("webhook", "set", id_, "--to", f"{URL}/2", "--events", "", "--json"))
    assert (changed["url"], changed["events"]) == (f"{URL}/2", [])
    assert told(here("webhook", "pause", id_, "--json"))["status"] == "paused"
    assert told(here("webhook", "resume", id_, "--json"))["status"] == "active"
    rotated = told(here("webhook", "rotate", id_, "--overlap", "60", "--json"))
    assert rotated["secret"] != made["secret"]
    assert "former secret ends" in here("webhook", "rotate", id_).stdout
    assert here("webhook", "remove", id_).exit_code == 0
    assert told(here("webhook", "list", "--json")) == []


def test_deliveries_are_shown_and_replayed(here: Command) -> None:
    id_ = told(here("webhook", "add", URL, "--json"))["id"]
    delivery = told(here("webhook", "test", id_, "--json"))
    assert delivery["event"] == "webhook.test"
    assert delivery["id"] in here("webhook", "deliveries", id_).stdout
    assert told(here("webhook", "deliveries", id_, "--state", "given_up", "--json")) == []
    assert told(here("webhook", "replay", id_, delivery["id"], "--json"))["state"] == "pending"
    span = ("--since", "2020-01-01T00:00:00Z", "--state", "pending")
    assert told(here("webhook", "replay", id_, *span, "--json"))["replayed"] == 1
    wrong = here("webhook", "replay", id_, delivery["id"], "--state", "pending")
    assert "without a DELIVERY" in wrong.stderr


def test_a_url_that_may_not_be_told_is_refused(here: Command) -> None:
    with pytest.raises(ClientError, match="public internet"):
        here("webhook", "add", "http://127.0.0.1:9000/hook")


def sent(port: int, body: str, secret: str) -> int:
    """The status that a signed request is answered with, once somebody listens."""
    id_, now = new_id(), datetime.now(UTC)
    headers = {
        "webhook-id": id_,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Official(secret).sign(id_, now, body),
    }
    return _post(port, body, headers).status_code


def _post(port: int, body: str, headers: dict[str, str]) -> httpx.Response:
    answers: list[httpx.Response] = []

    def is_answered() -> bool:
        try:
            answers.append(httpx.post(f"http://127.0.0.1:{port}/hook", content=body,
                                      headers=headers))  # fmt: skip
        except httpx.ConnectError:
            return False
        return True

    eventually(is_answered)
    return answers[-1]


def listened(command: Command, port: int, *words: str, send: Callable[[], object]) -> Result:
    """What is said while ``send`` sends."""
    sender = Thread(target=send)
    sender.start()
    result = command("webhook", "listen", "--port", str(port), *words)
    sender.join()
    return result


def test_a_listener_verifies_what_comes_with_the_yards_own_secrets(
    here: Command, station: Station
) -> None:
    port, yard = free_port(), station.bench.yard
    with yard.store.begin() as tx:
        new = NewWebhook(url=f"http://127.0.0.1:{port}/hook")
        hook, first = make_webhook(tx, yard.settings, station.account.id, new)
        _, second = rotate_secret(tx, yard.settings, hook.id, station.account.id)
        callbacks = callback_secret(tx, yard.settings, station.account.id)
    secrets = [first, second, *callbacks.opened(yard.settings, datetime.now(UTC)), "whsec_AAAA"]
    body = '{"type":"task.completed","data":{"taskId":"t1","type":"ECHO"}}'
    statuses: list[int] = []

    def send() -> None:
        statuses.extend(sent(port, body, secret) for secret in secrets)
        statuses.append(_post(port, "no json", {"webhook-signature": "nonsense"}).status_code)

    result = listened(here, port, "--count", "5", "--json", send=send)

    assert statuses == [204, 204, 204, 401, 401]
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["verified"] for line in lines] == [True, True, True, False, False]
    assert lines[0]["body"]["data"]["taskId"] == "t1"
    assert "No matching signature" in lines[3]["error"]


def test_a_listener_takes_a_secret_and_prints_a_line(here: Command) -> None:
    port, secret = free_port(), "whsec_" + "A" * 32
    body = '{"jobId":"j1","status":"DONE","type":"SYNC"}'
    result = listened(
        here, port, "--secret", secret, "--count", "1", send=lambda: sent(port, body, secret)
    )
    assert result.stdout.startswith("verified")
    assert result.stdout.endswith("DONE  SYNC  j1\n")


def test_a_listener_says_what_is_missing(here: Command) -> None:
    with pytest.raises(Refused, match="no webhook 'nonsense'"):
        here("webhook", "listen", "--webhook", "nonsense")
    with Receiver("127.0.0.1", 0, tuple, print) as taken:
        port = str(taken.server_port)
        with pytest.raises(Refused, match="say another --port"):
            here("webhook", "listen", "--port", port)
    both = here("webhook", "listen", "--secret", "a", "--account", "b")
    assert "no webhook is looked up" in both.stderr


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"type": "webhook.test", "data": {"webhookId": "w"}}, "webhook.test"),
        ({"type": "task.failed", "data": {"taskId": "t", "type": "ECHO"}}, "task.failed  ECHO  t"),
        ({"id": 7, "status": 2, "status_text": "completed", "script_name": "post"},
         "completed  post  7"),
        (None, "(no object)"),
        ([1], "(no object)"),
    ],
    ids=["test", "buyers", "scripts", "none", "list"],
)  # fmt: skip
def test_a_notice_is_told_in_a_line(body: Any, said: str) -> None:
    assert summary(body) == said
