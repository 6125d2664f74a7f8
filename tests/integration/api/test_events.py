"""The stream of an account's events, as the gateway serves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
from werkzeug.test import EnvironBuilder

from api.gateway import gateway_of
from api.streams.gate import Gate
from tests.answering import complete
from tests.gateway import Bench, Caller, open_account
from tests.servers import eventually
from tests.streaming import Reading

EVENTS = "/api/v1/events"
ECHO = {"type": "ECHO", "content": "hello"}


@contextmanager
def listening(bench: Bench, who: Caller, query: str = "", **headers: str) -> Iterator[Reading]:
    """A stream that is open in the block."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = who.get(f"{EVENTS}?{query}", headers=sent)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/event-stream"
    hub = gateway_of(bench.app).streams.hub
    eventually(lambda: hub.await_number(1) is not None)
    try:
        yield Reading(cast(Iterable[bytes], answer.response))
    finally:
        answer.close()


def test_an_account_hears_what_becomes_of_its_tasks_and_of_no_others(
    bench: Bench, buyer: Caller
) -> None:
    stranger = bench.caller(open_account(bench.yard.store, "other"))
    with listening(bench, buyer) as stream:
        foreign, task_id = stranger.submitted(**ECHO, options=...), buyer.submitted(**ECHO)
        complete(bench.yard, foreign, {})
        complete(bench.yard, task_id, {"content": "hello"})
        *before, last = stream.until(4)

    assert [one.step for one in (*before, last)] == [
        (task_id, step) for step in ("pending", "queued", "running", "completed")
    ]
    assert last.name == "task.completed"
    assert last.data == {
        "taskId": task_id,
        "type": "ECHO",
        "status": "COMPLETED",
        "step": "completed",
        "attempt": 1,
        "reason": None,
        "at": buyer.task(task_id)["completedAt"],
    }


@pytest.mark.parametrize(
    ("query", "steps"),
    [
        ("status=completed,running", ["running", "completed"]),
        ("status=COMPLETED&status=queued", ["queued", "completed"]),
        ("status=FAILED,completed&type=ECHO", ["completed"]),
        ("status=PENDING,COMPLETED", ["pending", "queued", "running", "completed"]),
    ],
)
def test_a_filter_takes_both_vocabularies_repeated_and_by_commas(
    bench: Bench, buyer: Caller, query: str, steps: list[str]
) -> None:
    task_id = buyer.submitted(**ECHO)
    complete(bench.yard, task_id, {})

    with listening(bench, buyer, f"{query}&task={task_id}&lastEventId=0") as stream:
        assert [one.data["step"] for one in stream.until(len(steps))] == steps


def test_the_header_says_where_to_go_on_and_wins(bench: Bench, buyer: Caller) -> None:
    task_id = buyer.submitted(**ECHO)
    complete(bench.yard, task_id, {})
    with listening(bench, buyer, "lastEventId=0") as stream:
        told = stream.until(4)

    query, after = "lastEventId=0", str(told[1].id)
    with listening(bench, buyer, query, Last_Event_ID=after) as stream:
        assert stream.until(2) == told[2:]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("lastEventId=x", "lastEventId"),
        ("lastEventId=-1", "lastEventId"),
        ("lastEventId=99999999999999999999", "lastEventId"),
        ("task=nowhere", "task"),
        ("type=ECHO,NONE", "type"),
        ("status=done", "status"),
    ],
)
def test_what_cannot_be_wanted_is_refused(buyer: Caller, query: str, field: str) -> None:
    answer = buyer.get(f"{EVENTS}?{query}")

    assert (answer.status_code, answer.get_json()["code"]) == (400, "INVALID_FIELD")
    assert answer.get_json()["errors"][0]["field"] == field


def test_nobody_listens_without_a_credential(bench: Bench, buyer: Caller) -> None:
    assert bench.stranger(buyer.account, None).get(EVENTS).status_code == 401


def test_a_look_at_the_headers_takes_no_seat(bench: Bench, buyer: Caller) -> None:
    seats = gateway_of(bench.app).streams.seats
    before = seats.free

    assert buyer.send("HEAD", EVENTS).status_code == 200
    with listening(bench, buyer):
        assert seats.free == before - 1
    assert seats.free == before


@pytest.mark.parametrize("path", [EVENTS, f"/{EVENTS}"], ids=["as documented", "two slashes"])
def test_an_open_stream_takes_no_thread_of_ordinary_requests(
    bench: Bench, buyer: Caller, path: str
) -> None:
    gate = Gate(bench.app.wsgi_app, 1)
    headers = [("Authorization", f"Bearer {buyer.credential}")]

    def ask(path: str) -> tuple[str, Any]:
        said: list[str] = []
        environ = EnvironBuilder(method="GET", headers=headers).get_environ() | {"PATH_INFO": path}

        def start(status: str, *_: Any) -> Any:
            said.append(status)

        body = gate(environ, start)
        return said[0], body

    status, stream = ask(path)
    assert status == "200 OK"
    for _ in range(2):
        status, answer = ask("/nowhere")
        assert status == "404 NOT FOUND"
        answer.close()
    stream.close()
