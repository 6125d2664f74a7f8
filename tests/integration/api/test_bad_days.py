"""What callers are told when something behind the gateway is broken."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api import create_app_for
from api.gateway import gateway_of
from shared.broker.memory import MemoryBroker
from shared.db import Store
from shared.settings import Settings
from shared.yard import Yard
from tests.gateway import REVIEW, TASKS, Bench, Caller, open_account, yard_on
from tests.servers import PostgresServer
from tests.tables import make_tables


@pytest.fixture
def away(settings: Settings, tmp_path: Path) -> Iterator[Bench]:
    """A gateway whose PostgreSQL nobody answers for."""
    store = Store("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    bench = Bench(create_app_for(yard := yard_on(settings, store)), yard)
    yield bench
    gateway_of(bench.app).wake_everybody()


def test_a_gateway_whose_store_is_away_lives_but_is_not_ready(away: Bench) -> None:
    client = away.app.test_client()

    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "The store does not answer." in ready.get_json()["reasons"]


def test_nobody_can_be_let_in_while_the_store_is_away(away: Bench) -> None:
    headers = {"Authorization": "Bearer ty_0123456789_" + "a" * 32 + "_00000000"}

    answer = away.app.test_client().get(TASKS, headers=headers)

    # A credential that is none is told from noise without the store.
    assert answer.status_code == 401


def test_a_store_that_goes_away_is_told_as_unavailable_and_accepts_nothing(
    bench: Bench, buyer: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer.submitted()
    store = bench.yard.store
    gone = Store("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    monkeypatch.setattr(store, "engine", gone.engine)
    monkeypatch.setattr(store, "_plain", gone._plain)

    answers = [
        buyer.submit(),
        buyer.post(f"{TASKS}/bulk", json=[REVIEW]),
        buyer.get(TASKS),
        buyer.get("/api/v1/credits"),
    ]
    monkeypatch.undo()

    for answer in answers:
        assert (answer.status_code, answer.get_json()["code"]) == (503, "UNAVAILABLE")
        assert int(answer.headers["Retry-After"]) > 0
    assert len(buyer.get(TASKS).get_json()["tasks"]) == 1
    assert buyer.get("/api/v1/credits").get_json()["heldCents"] == 20


@pytest.mark.slow
def test_a_store_that_hangs_is_told_as_unavailable_and_accepts_nothing(settings: Settings) -> None:
    server = PostgresServer()
    store = Store(server.url(), answer_seconds=1.0)
    make_tables(store)
    bench = Bench(create_app_for(yard := yard_on(settings, store)), yard)
    buyer = bench.caller(open_account(store, "acme"))
    try:
        buyer.submitted()
        server.freeze()
        began = time.monotonic()
        answers = [buyer.submit(), buyer.get(TASKS)]
        assert time.monotonic() - began < 60
        server.thaw()
        assert [answer.status_code for answer in answers] == [503, 503]
        assert len(buyer.get(TASKS).get_json()["tasks"]) == 1
        buyer.submitted()
    finally:
        server.thaw()
        gateway_of(bench.app).close()
        server.remove()


def test_a_broker_that_is_away_costs_a_submission_nothing(bench: Bench, buyer: Caller) -> None:
    bench.broker.is_down = True

    assert buyer.submit().status_code == 201
    ready = buyer.get("/readyz")
    assert ready.status_code == 503
    assert ready.get_json()["reasons"][-1] == "The broker does not answer."


def test_an_accident_is_told_by_a_reference_that_is_in_the_log(
    bench: Bench, buyer: Caller, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("shared.tasks.queries.list_tasks", explode)
    with caplog.at_level(logging.ERROR):
        answer = buyer.get(TASKS)

    assert (answer.status_code, answer.get_json()["code"]) == (500, "INTERNAL_ERROR")
    assert "secret detail" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.get_json()["detail"]
    assert answer.headers["X-Request-Id"] in caplog.text
    assert "secret detail" in caplog.text


def test_types_that_could_not_be_loaded_do_not_make_it_unready(
    settings: Settings, sqlite_store: Store
) -> None:
    yard: Yard = replace(yard_on(settings, sqlite_store), broker=MemoryBroker())
    ready = create_app_for(yard).test_client().get("/readyz").get_json()

    assert ready["missingTaskTypes"] == ["workers.vision.face_count"]
    assert not [reason for reason in ready["reasons"] if "face_count" in reason]
