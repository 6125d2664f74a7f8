"""A password comes in by HTTP, reaches its handler, and is seen nowhere else."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
from marshmallow import Schema, fields
from sqlalchemy import select

from shared import logs
from shared.db import Store
from shared.errors import GiveWay, TaskError
from shared.settings import Settings
from shared.tasks import dispatch
from shared.tasks.status import Status
from shared.tasks.task import Task, tasks
from shared.tasks.task_type import Context, Payload, TaskType
from shared.yard import Yard
from tests.canary import CANARY, holds_rows, in_text, sweep
from tests.gateway import TASKS, Bench, Caller, yard_on
from workers import context as contexts
from workers.execute import execute

WORKER = "worker/1"
log = logging.getLogger("somebodys.library")
seen: list[Any] = []


class LeakyPayload(Schema):
    """A site with its password, and how its handler ends."""

    site = fields.Url(required=True)
    ends = fields.String(required=True)
    password = fields.String(required=True)
    options = fields.Dict()


def _tell_everybody(payload: Payload, context: Context) -> None:
    """Log it, and tell it as progress, in every way that somebody might write it."""
    secret = payload["password"]
    context.progress(10, **{secret: [secret], "url": f"https://me:{quote(secret)}@a.example"})
    header = base64.b64encode(f"me:{secret}".encode()).decode()
    with context.yard.store.begin() as tx:
        context.record(tx, 20, header=f"Basic {header}", payload=repr(dict(payload)))
    log.warning("logging in as %s", {"password": secret}, stack_info=True)
    thread = Thread(target=lambda: log.error("from a thread: %s", secret))
    thread.start()
    thread.join()
    try:
        raise OSError(secret)
    except OSError:
        log.exception("cannot log in")


def _leak(payload: Payload, context: Context) -> dict[str, Any]:
    seen.append(payload)
    _tell_everybody(payload, context)
    secret, told = payload["password"], f"refused: {payload!r}"
    match payload["ends"]:
        case "failed":
            raise TaskError(told, retryable=False, code=secret)
        case "broken":
            raise RuntimeError(told) from ValueError(secret)
        case "later":
            raise TaskError(told, delay_seconds=600)
        case "gives way":
            raise GiveWay(told)
        case "no json":
            return {secret: object()}
    return {"password": secret, "all": dict(payload)}


def _leak_together(payloads: Sequence[Payload], given: Sequence[Context]) -> list[Any]:
    return [_leak(payload, context) for payload, context in zip(payloads, given, strict=True)]


LEAKY = TaskType(
    name="LEAKY", pool="system", queue="leaky", payload=LeakyPayload(), run=_leak,
    secrets=frozenset({"password", "options"}),
)  # fmt: skip
LEAKY_BATCH = replace(
    LEAKY, name="LEAKY_BATCH", queue="leaky_batch", run=None, run_batch=_leak_together, batch_size=9
)
ENDS = {
    "completed": Status.COMPLETED,
    "failed": Status.FAILED,
    "broken": Status.PENDING,
    "later": Status.PENDING,
    "gives way": Status.PENDING,
    "no json": Status.FAILED,
}


@pytest.fixture
def yard(settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """A yard with handlers that tell everybody."""
    monkeypatch.setattr(contexts, "PROGRESS_SECONDS", 0.0)
    seen.clear()
    made = yard_on(replace(settings, database_url=store.url), store)
    made.registry.types.update({kind.name: kind for kind in (LEAKY, LEAKY_BATCH)})
    return made


@pytest.fixture
def logged(
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    settings: Settings,
) -> Iterator[Callable[[], Callable[[], str]]]:
    """Everything that is logged, as our processes write it and as another handler would.

    Begins when it is called in the test, and answers what reads it.
    """
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    quiet = {name: logging.getLogger(name).level for name in logs.QUIET}

    def read() -> str:
        return capsys.readouterr().err + caplog.text + "".join(map(str, map(vars, caplog.records)))

    def configure() -> Callable[[], str]:
        ours: list[logging.Handler] = []
        for log_format in ("text", "json"):
            changed = replace(settings, log_format=log_format, log_level="DEBUG")
            logs.configure(changed, "worker")
            ours += root.handlers
        root.handlers[:] = [*ours, caplog.handler]
        return read

    yield configure
    root.handlers[:], root.level = handlers, level
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)


def told(buyer: Caller, task_id: str) -> str:
    """What the API tells of the task."""
    answers = [
        buyer.get(f"{TASKS}/{task_id}"),
        buyer.get(TASKS),
        buyer.get(f"{TASKS}?status=FAILED"),
    ]
    return "\n".join(f"{answer.headers}\n{answer.text}" for answer in answers)


def row(store: Store, task_id: str) -> Task:
    """The task's row."""
    with store.read() as tx:
        return Task.of(tx.rows(select(tasks).where(tasks.c.id == task_id))[0])


@pytest.mark.parametrize(
    ("kind", "ends"),
    [*((LEAKY, ends) for ends in ENDS), (LEAKY_BATCH, "completed"), (LEAKY_BATCH, "broken")],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_password_is_seen_by_its_handler_alone(
    bench: Bench, buyer: Caller, store: Store, logged: Any, kind: TaskType, ends: str
) -> None:
    read_log = logged()
    options = {"user": "me", "api_token": CANARY}
    content = {"site": "https://a.example", "ends": ends, "password": CANARY, "options": options}
    answer = buyer.submit({"type": kind.name, "content": content})
    assert answer.status_code == 201, answer.text
    task_id = str(answer.json["taskId"])  # type: ignore[index]
    bench.close_outbox()
    message = bench.broker.take(kind.queue)
    assert message is not None
    outside = [answer.text, repr(message), told(buyer, task_id)]
    sweep(store)
    hidden = {"password": "[hidden]", "options": "[hidden]"}
    assert buyer.task(task_id)["content"].items() >= hidden.items()

    execute(bench.yard, kind, message.ids, WORKER)

    assert seen == [content]
    task = row(store, task_id)
    assert task.status is ENDS[ends]
    assert task.detail
    assert (task.secrets is None) is (task.status is Status.COMPLETED)
    sweep(store)
    assert holds_rows(store, "transitions")
    outside += [told(buyer, task_id), read_log()]
    assert "cannot log in" in outside[-1]
    assert [in_text(text) for text in outside] == [[]] * len(outside)


def test_neither_a_refusal_nor_what_is_canceled_or_restarted_tells_it(
    bench: Bench, buyer: Caller, store: Store, logged: Any
) -> None:
    read_log = logged()
    content = {"site": "nowhere", "ends": "failed", "password": CANARY}
    refused = [
        buyer.submit({"type": "LEAKY", "content": {**content, "password": [CANARY]}}),
        buyer.submit({"type": "LEAKY", "content": content}),
    ]
    assert {answer.status_code for answer in refused} == {400}
    content["site"] = "https://a.example"
    ids = [
        str(buyer.submit({"type": "LEAKY", "content": content}).json["taskId"])  # type: ignore[index]
        for _ in range(2)
    ]
    bench.close_outbox()
    canceled = buyer.delete(f"{TASKS}/{ids[0]}")
    while (message := bench.broker.take("leaky")) is not None:
        execute(bench.yard, LEAKY, message.ids, WORKER)
    dispatch.restart(bench.yard, ids[1], buyer.account.id, "tests")
    assert [row(store, i).status for i in ids] == [Status.CANCELED, Status.PENDING]
    assert row(store, ids[0]).secrets is None
    sweep(store)
    outside = [*(a.text for a in refused), canceled.text, told(buyer, ids[1]), read_log()]
    assert [in_text(text) for text in outside] == [[]] * len(outside)


def test_a_sweep_finds_it_where_it_is(store: Store, buyer: Caller) -> None:
    buyer.submit({"type": "ECHO", "content": {"text": f"x {CANARY}"}})
    with pytest.raises(AssertionError, match=r"tasks\.payload"):
        sweep(store)
