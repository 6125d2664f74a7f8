"""An operator who calls a gateway; what workers do to the tasks is done by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from marshmallow import INCLUDE, Schema, fields
from sqlalchemy import select
from werkzeug.test import TestResponse

from shared.accounts import ledger
from shared.accounts.account import Account, create_account
from shared.accounts.api_key import create_api_key
from shared.broker.memory import MemoryBroker
from shared.db import Store
from shared.errors import TaskError
from shared.scripts.payload import POOL, ScriptPayload, mutexes
from shared.settings import Settings
from shared.social.account import SocialAccount, add_social_account
from shared.tasks import dispatch, lifecycle
from shared.tasks.outcome import Completed, Failed, Stopped
from shared.tasks.registry import Registry
from shared.tasks.task import Task, tasks
from shared.tasks.task_type import TaskType
from shared.yard import Yard
from tests.answering import HOLDER, run_now
from tests.gateway import Bench, Caller, never_run
from tests.gateway_app import opened_app
from workers.scripts.post import POST
from workers.system.echo import ECHO

TASK = "/api/v1/task"
CONFIG: dict[str, Any] = {"captions": "{Hi|Hello} #new", "material_list": ["clip.mp4"]}
PRICE = 20


class AnyConfig(Schema):
    """A configuration of which nothing is known."""

    class Meta:
        unknown = INCLUDE


class TapPayload(ScriptPayload):
    """The payload of a script that a plug-in brings."""

    config = fields.Nested(AnyConfig, required=True)


TAP = TaskType(
    name="TAP",
    pool=POOL,
    queue="tap",
    payload=TapPayload(),
    run=never_run,
    mutexes=mutexes,
    price_cents=lambda _payload: PRICE,
)
NO_SCRIPT = TaskType(name="TIDY", pool=POOL, queue="tidy", payload=Schema(), run=never_run)
TYPES = [ECHO, POST, TAP, NO_SCRIPT]


@dataclass(frozen=True)
class Operator(Caller):
    """Somebody who calls with an API key, and sees to it that tasks get done."""

    yard: Yard

    def order(self, **changes: Any) -> TestResponse:
        """Order a post on one device, with ``changes``; a change to ... leaves the field out."""
        asked = {
            "serials": ["device_serial_1"],
            "script_name": "post",
            "script_config": CONFIG,
            **changes,
        }
        return self.post(TASK, json={n: v for n, v in asked.items() if v is not ...})

    def made(self, **changes: Any) -> list[int]:
        """The ids of the tasks that an order made."""
        data = self.told(self.order(**changes))
        assert data["created_count"] == len(data["task_ids"])
        return list(data["task_ids"])

    def one(self, **changes: Any) -> int:
        """The id of the only task that an order made."""
        (number,) = self.made(**changes)
        return number

    def told(self, answer: TestResponse) -> Any:
        """What a successful answer says."""
        body = answer.get_json()
        assert (answer.status_code, body["code"], body["message"]) == (200, 0, "success"), body
        return body["data"]

    def data(self, path: str) -> Any:
        """What a GET of ``path`` answers."""
        return self.told(self.get(path))

    def task(self, number: int | str, query: str = "") -> dict[str, Any]:
        """The task as it is now."""
        return dict(self.data(f"{TASK}/{number}{query}"))

    def listed(self, query: str = "") -> list[int]:
        """The ids that a list shows, of which the total says how many there are."""
        data = self.data(f"{TASK}?{query}")
        assert len(data["tasks"]) <= data["total"]
        return [task["id"] for task in data["tasks"]]

    def row(self, number: int) -> Task:
        """The task's row."""
        with self.yard.store.read() as tx:
            row = tx.first(select(tasks).where(tasks.c.number == number))
        assert row is not None
        return Task.of(row)

    def in_state(self, state: str) -> int:
        """The id of a new task that is pending, running, completed, failed or stopped."""
        number = self.one()
        match state:
            case "running":
                self.start(number)
            case "completed":
                self.complete(number)
            case "failed":
                self.fail(number)
            case "stopped":
                self.told(self.post(f"{TASK}/{number}/stop"))
        return number

    def start(self, number: int) -> Task:
        """Let a worker begin the task."""
        task_id = self.row(number).id
        with self.yard.store.begin() as tx:
            lifecycle.queue(tx, [task_id], actor="tests")
        return run_now(self.yard, [task_id])[0]

    def complete(self, number: int, **result: Any) -> None:
        """Let a worker do the task."""
        self.report(Completed(self.start(number), result))

    def fail(self, number: int, message: str = "It is too long.", **error: Any) -> None:
        """Let a worker fail at the task, for good unless told otherwise."""
        told = {"retryable": False, "code": "NOT_ACCEPTED", **error}
        self.report(Failed(self.start(number), TaskError(message, **told)))

    def report(self, outcome: Completed | Failed | Stopped) -> None:
        """Report as a worker does."""
        assert dispatch.report(self.yard, [outcome], HOLDER) == {outcome.task.id}

    def social(self, username: str, **given: Any) -> SocialAccount:
        """An account that was registered before."""
        platform = given.pop("platform", "tiktok")
        with self.yard.store.begin() as tx:
            return add_social_account(
                tx, self.yard.settings, self.account.id, platform, username, **given
            )


@dataclass(frozen=True)
class OperatorsBench(Bench):
    """A gateway, and operators who call it."""

    def operator(self, account: Account, role: str = "operator") -> Operator:
        """Somebody with a new API key of the account."""
        with self.yard.store.begin() as tx:
            _, key = create_api_key(tx, self.yard.settings, account.id, role=role)
        return Operator(self.app.test_client(), account, key, self.yard)

    def visitor(self, account: Account) -> Operator:
        """Somebody without a credential."""
        return Operator(self.app.test_client(), account, None, self.yard)


def subscriber(store: Store, name: str, *, plan: str = "pro", cents: int = 10_000) -> Account:
    """An account on that plan."""
    with store.begin() as tx:
        account = create_account(tx, name, plan=plan)
        return ledger.top_up(tx, account.id, cents, "tests") if cents else account


def operators_yard(settings: Settings, store: Store) -> Yard:
    """A yard on ``store`` whose scripts are run by the tests."""
    registry = Registry({kind.name: kind for kind in TYPES})
    return Yard(replace(settings, database_url=store.url), store, MemoryBroker(), registry)


@contextmanager
def open_bench(yard: Yard) -> Iterator[OperatorsBench]:
    """A gateway to ``yard``."""
    with opened_app(yard) as app:
        yield OperatorsBench(app, yard)
