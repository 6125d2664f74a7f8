"""A remote server that calls a gateway, and the tasks that it is given there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from shared.accounts.account import Account, create_account
from shared.broker.memory import MemoryBroker
from shared.campaigns.campaign import campaigns
from shared.db import Store
from shared.ids import new_id
from shared.links.service import Service
from shared.servers.key import create_key
from shared.servers.server import Server, add_server, get_server
from shared.settings import Settings
from shared.tasks import dispatch, lifecycle
from shared.tasks.draft import Accepted, Draft
from shared.tasks.registry import Registry
from shared.tasks.status import Status
from shared.tasks.task import Task, tasks
from shared.yard import Yard
from tests.gateway import Bench
from tests.gateway_app import opened_app
from workers.links.entity import ENTITY
from workers.links.social import SOCIAL
from workers.system.echo import ECHO

TASKS = "/api/v1/worker/tasks"
HEALTH = "/api/v1/worker/health"
PASSWORD = "correct horse battery staple"
SITE: dict[str, Any] = {
    "site_id": "s1",
    "site_name": "Example Social",
    "site_url": "https://social.example.org",
    "site_kind": "mastodon",
    "email": "ada@example.org",
    "username": "ada",
    "password": PASSWORD,
    "about": "Paints.",
}
CAMPAIGN: dict[str, Any] = {
    "name": "Spring",
    "website": "https://example.com/",
    "type_request": "standard",
    "auction_price": 12.5,
    "config": {"text": "{name}: {website}"},
}
TYPES = [ECHO, ENTITY, SOCIAL]


@dataclass(frozen=True)
class Remote:
    """A server with a key, made for one account, to which the tests assign tasks by hand."""

    app: Flask
    client: FlaskClient
    yard: Yard
    account: Account
    server: Server
    key: str | None

    def send(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        """Send one request."""
        headers = dict(kwargs.pop("headers", None) or {})
        if self.key is not None:
            headers.setdefault("X-API-Key", self.key)
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

    def told(self, answer: TestResponse) -> Any:
        """What a successful answer in the envelope says."""
        body = answer.get_json()
        assert (answer.status_code, body.get("success")) == (200, True), body
        return body["data"]

    def listed(self, query: str = "") -> dict[str, Any]:
        """A page of the server's tasks."""
        answer = self.get(f"{TASKS}?{query}")
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def ids(self, query: str = "") -> list[str]:
        """The ids on a page of the server's tasks."""
        return [task["id"] for task in self.listed(query)["data"]]

    def shown(self, link_id: str) -> dict[str, Any]:
        """The task as the server sees it, whatever its status."""
        every = ",".join(Status)
        (task,) = (
            t for t in self.listed(f"status={every}&limit=1000")["data"] if t["id"] == link_id
        )
        return dict(task)

    def report(self, link_id: str, status: str | None = None, **said: Any) -> TestResponse:
        """Report what became of a task."""
        return self.put(f"{TASKS}/{link_id}", json={"status": status, **said})

    def bulk(self, *items: Any) -> dict[str, Any]:
        """What is answered to several reports."""
        answer = self.put(f"{TASKS}/bulk", json={"items": items})
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def claim(self, **asked: Any) -> list[dict[str, Any]]:
        """The tasks that the server is given to run."""
        return list(self.told(self.post(f"{TASKS}/claim", json=asked)))

    def extend(self, *items: Any) -> list[dict[str, Any]]:
        """What is answered to a server that goes on with tasks."""
        return list(self.told(self.post(f"{TASKS}/extend", json={"items": items})))

    def ordered(
        self, count: int = 1, *, campaign: str | None = None, service: str = "social", **site: Any
    ) -> list[str]:
        """The ids of new tasks of the account that are assigned to nobody."""
        drafts = [
            Draft(
                account_id=self.account.id,
                task_type=self.yard.registry.types[Service(service).type_name],
                payload={**SITE, **site},
                dialect="servers",
                target_id=campaign,
            )
            for _ in range(count)
        ]
        answers = dispatch.submit(self.yard, drafts)
        assert all(isinstance(answer, Accepted) for answer in answers), answers
        return [draft.id for draft in drafts]

    def assigned(self, count: int = 1, **about: Any) -> list[str]:
        """The ids of new tasks that are assigned to this server."""
        ids = self.ordered(count, **about)
        with self.yard.store.begin() as tx:
            rows = [{"id": task_id, "server_id": self.server.id} for task_id in ids]
            lifecycle.assign(tx, rows, actor="tests")
        return ids

    def one(self, **about: Any) -> str:
        """The id of a new task that is assigned to this server."""
        return self.assigned(1, **about)[0]

    def in_state(self, status: str) -> str:
        """The id of a task that this server brought to ``status``."""
        link_id = self.one()
        if status != Status.QUEUED:
            said = {"retryable": False} if status == Status.FAILED else {}
            self.told(self.report(link_id, status, **said))
        assert self.row(link_id).status == status
        return link_id

    def moved_to(self, other: Remote, link_id: str) -> None:
        """Assign a task that waits at this server to another one."""
        with self.yard.store.begin() as tx:
            lifecycle.take_back(tx, [link_id], actor="tests", reason="moved")
            rows = [{"id": link_id, "server_id": other.server.id}]
            lifecycle.assign(tx, rows, actor="tests")

    def campaign(self, **about: Any) -> str:
        """The id of a new campaign of the account."""
        with self.yard.store.begin() as tx:
            row = {
                "id": new_id(),
                "account_id": self.account.id,
                "service": "social",
                "link_cost_cents": 0,
                "size": 1,
                "created_at": tx.now,
                "updated_at": tx.now,
                **CAMPAIGN,
                **about,
            }
            tx.execute(insert(campaigns).values(row))
        return str(row["id"])

    def row(self, link_id: str) -> Task:
        """The task's row."""
        with self.yard.store.read() as tx:
            row = tx.first(select(tasks).where(tasks.c.id == link_id))
        assert row is not None
        return Task.of(row)

    def now(self) -> Server:
        """The server's row."""
        with self.yard.store.read() as tx:
            return get_server(tx, self.server.id)


@dataclass(frozen=True)
class ServersBench(Bench):
    """A gateway, and remote servers that call it."""

    def remote(
        self, *services: str, slots: int | None = None, account: Account | None = None
    ) -> Remote:
        """A new server, for an account of its own or for ``account``."""
        store = self.yard.store
        with store.begin() as tx:
            owner = account or create_account(tx, f"links.{new_id()}")
            name = f"w.{new_id()}"
            offered = services or ("entity", "social")
            server = add_server(tx, name, offered, slots=slots, account_id=owner.id)
            _, key = create_key(tx, self.yard.settings, server)
        return Remote(self.app, self.app.test_client(), self.yard, owner, server, key)


def servers_yard(settings: Settings, store: Store) -> Yard:
    """A yard on ``store`` whose links are made by servers of the tests."""
    registry = Registry({kind.name: kind for kind in TYPES})
    return Yard(replace(settings, database_url=store.url), store, MemoryBroker(), registry)


@contextmanager
def open_servers_bench(yard: Yard) -> Iterator[ServersBench]:
    """A gateway to ``yard``."""
    with opened_app(yard) as app:
        yield ServersBench(app, yard)
