"""A gateway to a yard with every task type, and something of everything that its paths name."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask

from api import create_app_for
from api.gateway import gateway_of
from shared.accounts.account import Account
from shared.accounts.api_key import create_api_key
from shared.accounts.token import grant_token
from shared.broker.memory import MemoryBroker
from shared.db import Store
from shared.ids import new_id
from shared.servers.key import create_key
from shared.servers.server import add_server
from shared.settings import Settings
from shared.tasks.registry import load_registry
from shared.yard import Yard
from tests.gateway import Caller
from tests.operators import subscriber
from tests.remote_servers import Remote

CENTS = 1_000_000_000
ECHO = {"type": "ECHO", "content": {"text": "hello"}}
QUESTION = {"type": "DATA_VALIDATION", "content": "Is it?", "options": ["yes", "no"]}
ORDER = {
    "serials": ["phone"],
    "script_name": "post",
    "script_config": {"captions": "Hi", "material_list": ["clip.mp4"]},
}
CAMPAIGN = {
    "name": "Spring",
    "website": "https://example.com/",
    "service_type": "social",
    "type_request": "post",
    "auction_price": 1,
    "config": {"text": "{website}"},
    "sites": [
        {"url": "https://s.example", "kind": "mastodon", "username": "ada", "password": "secret"}
    ],
}
FILE = b"hello"
MAKERS: dict[str, tuple[str, dict[str, Any], str]] = {
    "/api/v1/tasks/{task_id}/answers": ("/api/v1/tasks", QUESTION, "taskId"),
    "/api/v1/tasks/{task_id}": ("/api/v1/tasks", ECHO, "taskId"),
    "/api/v1/task/{task_id}": ("/api/v1/task", ORDER, "data.task_ids.0"),
    "/api/v1/requests/{request_id}": ("/api/v1/requests", CAMPAIGN, "id"),
    "/api/v1/devices/{device_id}": ("/api/v1/devices", {"serial": ...}, "id"),
    "/api/v1/schedules/{schedule_id}": ("/api/v1/schedules", {"every": "1h", "task": ECHO}, "id"),
    "/api/v1/webhooks/{webhook_id}": ("/api/v1/webhooks", {"url": "https://1.1.1.1/hook"}, "id"),
    "/api/v1/servers/{server_id}": ("/api/v1/servers", {"name": ..., "services": ["social"]}, "id"),
    "/api/v1/accounts/{account_id}": (
        "/api/v1/accounts",
        {"platform": "tiktok", "username": ...},
        "data.id",
    ),
    "/api/v1/materials/{material_id}": (
        "/api/v1/materials",
        {"file": FILE},
        "data.materials.0.id",
    ),
    "/v1/folders/{folder_id}": ("/v1/folders", {"name": "papers"}, "data.id"),
    "/v1/documents/{document_id}": (
        "/v1/documents",
        {"file": FILE, "wait": "0"},
        "data.documentId",
    ),
}
"""How what paths begin with is made: where, of what (... is a new word), its id in the answer."""
WORDS = {"scope": "queue", "name": "echo"}
"""What paths name that needs no making."""


@dataclass(frozen=True)
class Guests:
    """Callers of every dialect, all of one account, and how things of theirs are made."""

    app: Flask
    operator: Caller
    validator: Caller
    remote: Remote

    def headers(self, operation: Mapping[str, Any], path: str) -> dict[str, str]:
        """The credential that an operation asks for."""
        if {"serverKey": []} in operation["security"]:
            return {"X-API-Key": str(self.remote.key)}
        answers = path.endswith(("/validations/next", "/answers"))
        who = self.validator if answers else self.operator
        return {"Authorization": f"Bearer {who.credential}"} if operation["security"] else {}

    def things(self, path: str) -> dict[str, str]:
        """Something new for each word in ``path`` that stands for one."""
        found = dict(WORDS)
        for start, maker in MAKERS.items():
            name = start.partition("{")[2].partition("}")[0]
            if f"{path}/".startswith(f"{start}/") and name not in found:
                found[name] = self._made(*maker)
        if "{delivery_id}" in path:
            again = f"/api/v1/webhooks/{found['webhook_id']}/test"
            found["delivery_id"] = self._made(again, {}, "id")
        if "{link_id}" in path:
            found["link_id"] = self.remote.one()
        if "{delivery_id}" in path:
            test = f"/api/v1/webhooks/{found['webhook_id']}/test"
            found["delivery_id"] = self._made(test, {}, "id")
        if "{job_id}" in path:
            document = MAKERS["/v1/documents/{document_id}"]
            again = f"/v1/documents/{self._made(*document)}/reextract"
            found["job_id"] = self._made(again, {}, "data.id")
        return found

    def _made(self, path: str, body: Mapping[str, Any], id_in: str) -> str:
        said = {n: f"new.{new_id()}" if v is ... else v for n, v in body.items()}
        if FILE in said.values():
            files = {n: (io.BytesIO(v), "a.txt") if v is FILE else v for n, v in said.items()}
            answer = self.operator.post(path, data=files)
        else:
            answer = self.operator.post(path, json=said)
        assert answer.status_code < 300, answer.text
        told: Any = answer.get_json()
        for step in id_in.split("."):
            told = told[int(step)] if isinstance(told, list) else told[step]
        return str(told)


@contextmanager
def open_guests(settings: Settings, store: Store) -> Iterator[Guests]:
    """Callers of a gateway at which nobody waits."""
    yard = Yard(settings, store, MemoryBroker(), load_registry())
    app = create_app_for(yard)
    account = subscriber(store, "described", plan="business", cents=CENTS)
    gateway_of(app).waiting.close()
    with store.begin() as tx:
        _, key = create_api_key(tx, settings, account.id, role="operator")
        token = grant_token(tx, settings, account.id, "validator", "ada")
    try:
        yield Guests(
            app,
            Caller(app.test_client(), account, key),
            Caller(app.test_client(), account, token),
            _remote(app, yard, account),
        )
    finally:
        gateway_of(app).submitter.close()


def _remote(app: Flask, yard: Yard, account: Account) -> Remote:
    """A server of the account."""
    with yard.store.begin() as tx:
        server = add_server(tx, "described", ("entity", "social"), account_id=account.id)
        _, key = create_key(tx, yard.settings, server)
    return Remote(app, app.test_client(), yard, account, server, key)
