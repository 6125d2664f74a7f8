"""Clients of a gateway over real HTTP, and a road to it on which things happen."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from inspect import isasyncgen, iscoroutine
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from shared.accounts.account import Account
from shared.db import Store
from shared.ids import new_id
from shared.settings import read_settings
from taskyard.client import AsyncClient, Client, Patience
from taskyard.client.following import EVENTS
from tests.agents import Web
from tests.conftest import SECRET_KEY
from tests.gateway import open_account
from tests.owner import Owner, OwnersBench, open_bench, owners_yard

QUICK = Patience(tries=4, first_seconds=0.01, longest_seconds=0.02)
BUSY = b'{"code": "UNAVAILABLE", "detail": "Come again."}'


@dataclass
class Road:
    """Leads to a gateway; some requests are turned back, or their answers get lost.

    So many streams (``cut``) break after the first event.
    """

    app: Any
    turned_back: int = 0
    lost: int = 0
    cut: int = 0
    seen: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, path and idempotency key of each request."""

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """One request."""
        key = str(environ.get("HTTP_IDEMPOTENCY_KEY", ""))
        self.seen.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], key))
        if self.turned_back:
            self.turned_back -= 1
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            return _busy(start)
        if self.lost:
            self.lost -= 1
            b"".join(self.app(environ, lambda *_: None))
            return _busy(start)
        answer: Iterable[bytes] = self.app(environ, start)
        if self.cut and environ["PATH_INFO"] == EVENTS:
            self.cut -= 1
            return _cut(answer)
        return answer

    def keys(self, path: str) -> list[str]:
        """The keys of the requests to a path."""
        return [key for _, seen, key in self.seen if seen == path]


def _cut(body: Any) -> Iterator[bytes]:
    """A stream's opening and its first event, and half of the second."""
    try:
        for piece in body:
            end = piece.find(b"\n\n") + 2
            yield piece[: end + 20] if end > 1 else piece
            if end > 1:
                return
    finally:
        body.close()


def _busy(start: StartResponse) -> list[bytes]:
    start("503 Service Unavailable", [("Content-Type", "application/problem+json")])
    return [BUSY]


class Awaited:
    """An `AsyncClient` whose verbs are waited for, so that the same tests may call it."""

    def __init__(self, runner: asyncio.Runner, client: AsyncClient) -> None:
        self._runner = runner
        self._client = client

    def __getattr__(self, name: str) -> Callable[..., Any]:
        verb = getattr(self._client, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            told = verb(*args, **kwargs)
            if isasyncgen(told):
                return iter(self._runner.run(_all(told)))
            return self._runner.run(told) if iscoroutine(told) else told

        return call


async def _all(found: Any) -> list[Any]:
    return [each async for each in found]


@contextmanager
def open_client(kind: str, url: str, key: str) -> Iterator[Client]:
    """A client without an event loop, or one with."""
    if kind == "sync":
        with Client(url, key, patience=QUICK) as client:
            yield client
        return
    with asyncio.Runner() as runner:
        waited = AsyncClient(url, key, patience=QUICK)
        yield Awaited(runner, waited)  # type: ignore[misc]
        runner.run(waited.close())


@dataclass
class Station:
    """A gateway on a port, the road to it, and an operator of an account of its own."""

    bench: OwnersBench
    account: Account
    road: Road
    web: Web
    owner: Owner

    @property
    def key(self) -> str:
        """The operator's API key."""
        return str(self.owner.credential)


@contextmanager
def open_station(bench: OwnersBench, account: Account) -> Iterator[Station]:
    """A gateway that listens in the block."""
    road = Road(bench.app)
    web = Web(road)
    web.start()
    try:
        yield Station(bench, account, road, web, bench.owner(account, "operator"))
    finally:
        web.stop()


@pytest.fixture(scope="session")
def client_bench(
    _sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OwnersBench]:
    """One gateway for all, to a yard whose tasks are done by the tests."""
    home = tmp_path_factory.mktemp("clients")
    shutil.copyfile(_sqlite_template, home / "taskyard.db")
    settings = read_settings({"TASKYARD_HOME": str(home), "TASKYARD_SECRET_KEY": SECRET_KEY})
    store = Store(settings.database_url)
    with open_bench(owners_yard(settings, store)) as opened:
        yield opened
    store.close()


@pytest.fixture
def station(client_bench: OwnersBench) -> Iterator[Station]:
    """That gateway on a port, for an account of the test's own."""
    account = open_account(client_bench.yard.store, f"caller.{new_id()}")
    with open_station(client_bench, account) as opened:
        yield opened
