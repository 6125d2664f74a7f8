"""Long polls in the words of operators and of owners of documents."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from api.gateway import gateway_of
from shared.db import Store
from shared.settings import Settings
from tests import operators, owner
from tests.gateway import open_account
from tests.servers import eventually


def answered(bench: Any, ask: Callable[[], Any], finish: Callable[[], None]) -> Any:
    """What a long poll is answered when the task ends while it waits."""
    told: list[Any] = []
    waiting = threading.Thread(target=lambda: told.append(ask()))
    waiting.start()
    eventually(lambda: gateway_of(bench.app).waiting.seated == 1)
    began = time.monotonic()
    finish()
    waiting.join()
    assert time.monotonic() - began < 10
    return told[0]


def test_an_operator_waits_for_a_task(settings: Settings, sqlite_store: Store) -> None:
    with operators.open_bench(operators.operators_yard(settings, sqlite_store)) as bench:
        operator = bench.operator(operators.subscriber(sqlite_store, "acme"))
        number = operator.one()

        task = answered(
            bench, lambda: operator.task(number, "?wait=30"), lambda: operator.complete(number)
        )

        assert task["status"] == 2
        assert operator.task(number, "?wait=30")["status"] == 2
        refused = operator.get(f"{operators.TASK}/{number}?wait=x")
        assert (refused.status_code, refused.get_json()["code"]) == (400, 40001)
        assert operator.get(f"{operators.TASK}/999999?wait=30").status_code == 404


def test_an_owner_waits_for_a_job(settings: Settings, sqlite_store: Store) -> None:
    with owner.open_bench(owner.owners_yard(settings, sqlite_store)) as bench:
        one = bench.owner(open_account(sqlite_store, "acme"))
        job_id = one.job(f"{owner.FOLDERS}/{one.folder()}/reindex")["id"]
        path = f"{owner.JOBS}/{job_id}"

        job = answered(bench, lambda: one.data(f"{path}?wait=30"), lambda: one.finish(job_id))

        assert (job["status"], job["progress"]) == ("DONE", 100)
        assert one.data(f"{path}?wait=30")["status"] == "DONE"
        refused = one.get(f"{path}?wait=-1")
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (400, "BAD_REQUEST")
        assert one.get(f"{owner.JOBS}/nowhere?wait=30").status_code == 404
