"""Secret fields of payloads: sealed in the store, open for the handler, hidden from all others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from marshmallow import Schema

from shared.db import Store
from shared.settings import Settings
from shared.tasks import dispatch
from shared.tasks.status import Status
from shared.tasks.task_type import Context, Payload, TaskType
from tests.memory_yard import WORKER, MemoryYard
from workers.execute import execute


def _tell(payload: Payload, _context: Context) -> dict[str, Any]:
    return dict(payload)


GUARDED = TaskType(
    name="GUARDED", pool="small", queue="guarded", payload=Schema(), run=_tell,
    secrets=frozenset({"password", "token"}),
)  # fmt: skip
PAYLOAD = {"site": "a.example", "password": "open sesame"}


@pytest.fixture
def yard(store: Store, settings: Settings) -> MemoryYard:
    """A yard with a type that has secrets."""
    memory = MemoryYard(store, settings)
    memory.yard.registry.types["GUARDED"] = GUARDED
    return memory


def test_a_secret_is_sealed_in_the_store_and_open_for_the_handler(yard: MemoryYard) -> None:
    task_id = yard.submit(GUARDED, payload=PAYLOAD)
    stored = yard.task(task_id).payload
    assert stored["site"] == "a.example"
    assert "sesame" not in stored["password"]
    execute(yard.yard, GUARDED, [task_id], WORKER)
    assert yard.task(task_id).result == PAYLOAD


def test_a_callers_text_that_looks_sealed_is_only_text(yard: MemoryYard) -> None:
    payload = {"password": "sealed:1:AAAA"}
    task_id = yard.submit(GUARDED, payload=payload)
    execute(yard.yard, GUARDED, [task_id], WORKER)
    assert yard.task(task_id).result == payload


def test_a_secret_whose_key_is_lost_fails_for_good(yard: MemoryYard) -> None:
    task_id = yard.submit(GUARDED, payload=PAYLOAD)
    settings = replace(yard.yard.settings, secret_key="another key of this yard, long enough")
    execute(replace(yard.yard, settings=settings), GUARDED, [task_id], WORKER)
    task = yard.task(task_id)
    assert (task.status, (task.error or {})["code"]) == (Status.FAILED, "SECRETS_LOST")


def test_a_group_stored_in_halves_is_sealed_once(yard: MemoryYard) -> None:
    good = [yard.draft(GUARDED, payload=PAYLOAD) for _ in range(2)]
    bad = yard.draft(GUARDED, payload={"password": "x", "odd": "\ud800"})
    dispatch.submit(yard.yard, [good[0], bad, good[1]])
    for draft in good:
        yard.yard.broker.mark()
        dispatch.release(yard.yard, "guarded")
        execute(yard.yard, GUARDED, [draft.id], WORKER)
        assert yard.task(draft.id).result == PAYLOAD
