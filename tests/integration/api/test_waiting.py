"""Long polls."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from api import create_app_for
from api.gateway import gateway_of
from api.waiting import WaitingRoom
from shared.yard import Yard
from tests.answering import complete, run_now
from tests.gateway import TASKS, Bench, Caller, open_account
from tests.servers import eventually

ECHO = {"type": "ECHO", "content": "hello"}


def room(bench: Bench) -> WaitingRoom:
    """The waiting room of the gateway."""
    return gateway_of(bench.app).waiting


def echo(buyer: Caller) -> str:
    """A new task."""
    return str(buyer.submit(ECHO).get_json()["taskId"])


def test_a_wait_ends_as_soon_as_the_task_is_final(bench: Bench, buyer: Caller) -> None:
    task_id = echo(buyer)
    with ThreadPoolExecutor(10) as pool:
        waiting = pool.submit(buyer.task, task_id, "?wait=30")
        eventually(lambda: room(bench).seated == 1)
        began = time.monotonic()
        complete(bench.yard, task_id, {"content": "hello"})
        task = waiting.result()

    assert (task["status"], task["result"]) == ("COMPLETED", {"content": "hello"})
    assert time.monotonic() - began < 10


def test_a_wait_that_runs_out_shows_the_task_as_it_is(bench: Bench, buyer: Caller) -> None:
    began = time.monotonic()

    task = buyer.task(echo(buyer), "?wait=0.3")

    assert task["status"] == "PENDING"
    assert time.monotonic() - began >= 0.3


def test_a_final_task_is_not_waited_for(buyer: Caller) -> None:
    task_id = echo(buyer)
    buyer.delete(f"{TASKS}/{task_id}")

    began = time.monotonic()
    buyer.task(task_id, "?wait=30")

    assert time.monotonic() - began < 10


def test_an_unknown_task_is_not_waited_for(buyer: Caller) -> None:
    assert buyer.get(f"{TASKS}/nowhere?wait=30").status_code == 404


def test_whoever_finds_no_seat_is_answered_at_once(yard: Yard) -> None:
    small = replace(yard, settings=replace(yard.settings, gateway_threads=2))
    bench = Bench(create_app_for(small), small)
    buyer = bench.caller(open_account(yard.store, "acme"))
    task_id = echo(buyer)
    with ThreadPoolExecutor(10) as pool:
        seated = pool.submit(buyer.task, task_id, "?wait=30")
        eventually(lambda: room(bench).seated == 1)

        began = time.monotonic()
        assert buyer.task(task_id, "?wait=30")["status"] == "PENDING"
        assert time.monotonic() - began < 10

        complete(yard, task_id, {})
        assert seated.result()["status"] == "COMPLETED"


def test_everybody_is_answered_when_the_gateway_stops(bench: Bench, buyer: Caller) -> None:
    ids = [echo(buyer) for _ in range(3)]
    with ThreadPoolExecutor(10) as pool:
        waiting = [pool.submit(buyer.task, task_id, "?wait=30") for task_id in ids]
        eventually(lambda: room(bench).seated == 3)
        began = time.monotonic()
        gateway_of(bench.app).wake_everybody()

        assert [one.result()["status"] for one in waiting] == ["PENDING"] * 3
        assert time.monotonic() - began < 10


def test_many_who_wait_share_one_thread_which_ends_with_them(bench: Bench, buyer: Caller) -> None:
    ids = [echo(buyer) for _ in range(5)]
    with ThreadPoolExecutor(10) as pool:
        waiting = [pool.submit(buyer.task, task_id, "?wait=30") for task_id in ids * 2]
        eventually(lambda: room(bench).seated == 10)
        assert watchers() == 1
        for task_id in ids:
            complete(bench.yard, task_id, {})
        assert {one.result()["status"] for one in waiting} == {"COMPLETED"}

    eventually(lambda: watchers() == 0)


def watchers() -> int:
    """How many threads watch tasks."""
    return sum(thread.name == "waiting-room" for thread in threading.enumerate())


@pytest.mark.parametrize("wait", ["-1", "x", "nan", "inf", ""])
def test_a_wait_that_is_no_span_is_refused(buyer: Caller, wait: str) -> None:
    answer = buyer.get(f"{TASKS}/{echo(buyer)}?wait={wait}")

    assert (answer.status_code, answer.get_json()["code"]) == (400, "INVALID_FIELD")
    assert answer.get_json()["errors"][0]["field"] == "wait"


def test_waiting_goes_on_while_a_task_runs(bench: Bench, buyer: Caller) -> None:
    task_id = echo(buyer)
    run_now(bench.yard, [task_id])

    assert buyer.task(task_id, "?wait=0.2")["status"] == "PENDING"
