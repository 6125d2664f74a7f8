"""A gateway to test: a real store with an account on it, the in-memory broker, a few task types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import EXCLUDE, Schema, fields
from werkzeug.test import TestResponse

from api.gateway import gateway_of
from shared.accounts import ledger
from shared.accounts.account import Account, create_account
from shared.accounts.token import grant_token
from shared.broker.memory import MemoryBroker
from shared.db import Store
from shared.settings import Settings
from shared.tasks.registry import Registry
from shared.tasks.task_type import Context, Payload, TaskType
from shared.yard import Yard
from tests.gateway_app import opened_app
from workers.system.echo import ECHO

TASKS = "/api/v1/tasks"
REVIEW: dict[str, Any] = {
    "type": "SENTIMENT_ANALYSIS",
    "content": "Ce produit est absolument fantastique !",
    "options": ["Positif", "Négatif", "Neutre"],
    "locale": "fr",
    "maxCents": 25,
}


class QuestionPayload(Schema):
    """The payload of the types that annotators answer."""

    content = fields.Raw(required=True)
    options = fields.List(fields.String(), required=True)
    locale = fields.String(required=True)
    validationsNeeded = fields.Integer(required=True)


class LoginPayload(Schema):
    """A payload with a secret and a rule of its own."""

    class Meta:
        unknown = EXCLUDE

    site = fields.Url(required=True)
    password = fields.String()


def never_run(_payload: Payload, _context: Context) -> dict[str, Any]:
    """No worker runs in these tests."""
    raise AssertionError


def price_of(payload: Payload) -> int:
    """The list price of answered types."""
    return 5 + 5 * int(payload["validationsNeeded"])


def question(name: str, machines: int) -> TaskType:
    """An answered type with so many machines."""
    return TaskType(
        name=name,
        pool="sentiment",
        queue=name.lower(),
        payload=QuestionPayload(),
        run=never_run if machines else None,
        batch_size=8,
        price_cents=price_of,
        annotators=lambda _payload: machines,
    )


TYPES = [
    ECHO,
    question("SENTIMENT_ANALYSIS", 3),
    question("IMAGE_CLASSIFICATION", 0),
    TaskType(
        name="LOGIN",
        pool="system",
        queue="login",
        payload=LoginPayload(),
        run=never_run,
        price_cents=lambda _payload: 30,
        time_limit_seconds=60,
        secrets=frozenset({"password"}),
    ),
]


def yard_on(settings: Settings, store: Store) -> Yard:
    """A yard on ``store`` whose broker is in memory."""
    registry = Registry({t.name: t for t in TYPES}, {"workers.vision.face_count": "ImportError"})
    return Yard(settings, store, MemoryBroker(), registry)


def open_account(
    store: Store, name: str, *, cents: int = 10_000, annotators: str = "mixed"
) -> Account:
    """An account with ``cents`` on it."""
    with store.begin() as tx:
        account = create_account(tx, name, annotators=annotators)
        return ledger.top_up(tx, account.id, cents, "tests") if cents else account


@dataclass(frozen=True)
class Caller:
    """Somebody who calls the gateway with a credential."""

    client: FlaskClient
    account: Account
    credential: str | None

    def send(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        """Send one request."""
        headers = dict(kwargs.pop("headers", None) or {})
        if self.credential is not None:
            headers.setdefault("Authorization", f"Bearer {self.credential}")
        return self.client.open(path, method=method, headers=headers, **kwargs)

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        """GET."""
        return self.send("GET", path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> TestResponse:
        """POST."""
        return self.send("POST", path, **kwargs)

    def put(self, path: str, **kwargs: Any) -> TestResponse:
        """PUT."""
        return self.send("PUT", path, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> TestResponse:
        """DELETE."""
        return self.send("DELETE", path, **kwargs)

    def submit(self, body: Mapping[str, Any] | None = None, **changes: Any) -> TestResponse:
        """Submit a review (or ``body``) with ``changes``; a change to ... leaves the field out."""
        asked = {**(REVIEW if body is None else body), **changes}
        return self.post(TASKS, json={n: v for n, v in asked.items() if v is not ...})

    def submitted(self, **changes: Any) -> str:
        """The id of a task that was accepted."""
        answer = self.submit(**changes)
        assert answer.status_code == 201, answer.text
        return str(answer.json["taskId"])  # type: ignore[index]

    def task(self, task_id: str, query: str = "") -> dict[str, Any]:
        """The task as the API shows it."""
        answer = self.get(f"{TASKS}/{task_id}{query}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Bench:
    """A gateway, its yard, and ways to come in."""

    app: Flask
    yard: Yard

    def caller(self, account: Account, role: str = "buyer", user: str | None = None) -> Caller:
        """Somebody with a token of that role."""
        with self.yard.store.begin() as tx:
            token = grant_token(tx, self.yard.settings, account.id, role, user)
        return Caller(self.app.test_client(), account, token)

    def stranger(self, account: Account, credential: str | None) -> Caller:
        """Somebody with ``credential``, whatever it is worth."""
        return Caller(self.app.test_client(), account, credential)

    def close_outbox(self) -> None:
        """Wait until everything that was stored is sent; nothing is sent after that."""
        gateway_of(self.app).submitter.close()

    @property
    def broker(self) -> MemoryBroker:
        """What was sent."""
        assert isinstance(self.yard.broker, MemoryBroker)
        return self.yard.broker


@pytest.fixture
def yard(settings: Settings, store: Store) -> Yard:
    """A yard on each kind of store."""
    return yard_on(replace(settings, database_url=store.url), store)


@pytest.fixture
def bench(yard: Yard) -> Iterator[Bench]:
    """A gateway to that yard."""
    with opened_app(yard) as app:
        yield Bench(app, yard)


@pytest.fixture
def account(store: Store) -> Account:
    """An account with 10,000 cents."""
    return open_account(store, "acme")


@pytest.fixture
def buyer(bench: Bench, account: Account) -> Caller:
    """A buyer of that account."""
    return bench.caller(account)
