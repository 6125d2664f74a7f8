"""Requests with an ``Idempotency-Key``, and gateways that break off in the middle of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from api.gateway import Gateway, gateway_of
from api.idempotency.memory import Memory
from shared.db import Store
from shared.idempotency.memo import memos
from shared.ids import new_id
from shared.tasks.task import tasks
from tests.gateway import Caller

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"


class Died(BaseException):
    """The process is gone; nothing that it would have done afterwards happens."""


def keyed(key: str | None = None, **headers: str) -> dict[str, str]:
    """The headers of a request with ``key``, or with a new one."""
    return {HEADER: key or new_id(), **headers}


def sent(caller: Caller, path: str, key: str, **kwargs: Any) -> TestResponse:
    """One POST with ``key``."""
    return caller.post(path, headers={**keyed(key), **kwargs.pop("headers", {})}, **kwargs)


def assert_same(first: TestResponse, again: TestResponse) -> None:
    """The second answer is the first once more, and says so."""
    assert 200 <= first.status_code < 300, first.text
    assert REPLAYED not in first.headers
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.headers[REPLAYED] == "true"
    assert again.headers.get("Location") == first.headers.get("Location")
    assert again.headers["Content-Type"] == first.headers["Content-Type"]


def memos_in(store: Store) -> list[dict[str, Any]]:
    """All memos."""
    with store.read() as tx:
        return [dict(row._mapping) for row in tx.rows(select(memos))]


def tasks_in(store: Store) -> int:
    """How many tasks there are."""
    with store.read() as tx:
        return int(tx.rows(select(func.count()).select_from(tasks))[0][0])


@contextmanager
def dying(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """A gateway that dies in this block: by what the test lets it die of, else before it tells.

    Of a dead process no memo is given up, and no answer kept.
    """
    with monkeypatch.context() as patch:
        patch.setattr(Memory, "give_up", lambda *_, **__: None)
        patch.setattr(Memory, "tell", die)
        with pytest.raises(Died):
            yield gateway_of(app)


def die(*_: Any, **__: Any) -> Any:
    """Let the process be gone."""
    raise Died
