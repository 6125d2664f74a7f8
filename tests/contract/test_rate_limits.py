"""Rate limits: refused in each dialect's words, counted by key and by account, told in fields."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import create_app_for
from api.gateway import gateway_of
from shared.accounts.account import Account, create_account
from shared.accounts.api_key import create_api_key
from shared.accounts.token import grant_token
from shared.db import Store
from shared.ids import new_id
from shared.rate_limits import read_rate_limits
from shared.servers.key import create_key
from shared.servers.server import add_server
from shared.settings import Settings
from tests.gateway import yard_on

PATHS = {
    "buyers": "/api/v1/credits",
    "scripts": "/api/v1/task/stats",
    "jobs": "/v1/folders",
    "servers": "/api/v1/worker/tasks",
}
CREDITS, JOBS = PATHS["buyers"], "/v1/jobs"


@dataclass(frozen=True)
class Asker:
    """Somebody who asks again and again."""

    client: FlaskClient
    headers: dict[str, str]

    def ask(self, path: str) -> TestResponse:
        """GET."""
        return self.client.get(path, headers=self.headers)

    def statuses(self, path: str, times: int) -> list[int]:
        """What so many requests are answered."""
        return [self.ask(path).status_code for _ in range(times)]


@dataclass(frozen=True)
class Door:
    """A gateway with limits, and an account whose people and servers ask it."""

    client: FlaskClient
    store: Store
    settings: Settings
    account: Account

    def key(self) -> Asker:
        """Somebody with a new API key of the account."""
        with self.store.begin() as tx:
            _, text = create_api_key(tx, self.settings, self.account.id)
        return Asker(self.client, {"Authorization": f"Bearer {text}"})

    def person(self, name: str, role: str = "buyer") -> Asker:
        """Somebody with a token."""
        with self.store.begin() as tx:
            token = grant_token(tx, self.settings, self.account.id, role, name)
        return Asker(self.client, {"Authorization": f"Bearer {token}"})

    def server(self, *, is_everybodys: bool = False) -> Asker:
        """A server of the account, or of all."""
        owner = None if is_everybodys else self.account.id
        with self.store.begin() as tx:
            made = add_server(tx, f"w.{new_id()}", ["social"], account_id=owner)
            _, text = create_key(tx, self.settings, made)
        return Asker(self.client, {"X-API-Key": text})

    def caller(self, dialect: str) -> Asker:
        """Somebody who may call in that dialect."""
        return self.server() if dialect == "servers" else self.key()


Open = Callable[[str], Door]


@pytest.fixture
def door(settings: Settings, sqlite_store: Store, valkey: str) -> Iterator[Open]:
    """Gateways with the limits of a text; all have one store, one Redis and one account."""
    with sqlite_store.begin() as tx:
        account = create_account(tx, "acme", plan="pro")
    given = replace(settings, redis_url=valkey)
    with ExitStack() as stack:

        def opened(text: str) -> Door:
            limits = replace(given, rate_limits=read_rate_limits(text))
            app = create_app_for(yard_on(limits, sqlite_store))
            stack.callback(gateway_of(app).submitter.close)
            stack.callback(gateway_of(app).waiting.close)
            return Door(app.test_client(), sqlite_store, limits, account)

        yield opened


@pytest.mark.parametrize(
    ("dialect", "word"),
    [
        ("buyers", "RATE_LIMITED"),
        ("scripts", 42901),
        ("jobs", "RATE_LIMIT_EXCEEDED"),
        ("servers", False),
    ],
    ids=lambda value: str(value),
)
def test_one_request_too_many_is_refused_in_the_words_of_its_dialect(
    door: Open, dialect: str, word: object
) -> None:
    asker = door(f"{dialect}:key=2/1m").caller(dialect)
    path = PATHS[dialect]

    assert asker.statuses(path, 2) == [200, 200]
    answer = asker.ask(path)
    body = answer.get_json()

    assert answer.status_code == 429
    words = (body.get("code"), body.get("error", {}).get("code"), body.get("success"))
    assert word in words
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["RateLimit-Policy"] == f'"{dialect}-key";q=2;w=60'
    assert answer.headers["RateLimit"].startswith(f'"{dialect}-key";r=0;t=')


def test_the_limits_of_one_dialect_hold_in_no_other(door: Open) -> None:
    limited = door("scripts:key=1/1m,account=1/1m")

    for dialect in ("buyers", "jobs", "servers"):
        answers = [limited.caller(dialect).ask(PATHS[dialect]) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert "RateLimit" not in answers[0].headers


def test_keys_are_counted_apart_and_their_account_together(door: Open) -> None:
    limited = door("buyers:key=2/1m,account=3/1m")
    one, other, third = limited.key(), limited.key(), limited.key()

    assert one.statuses(CREDITS, 4) == [200, 200, 429, 429]
    assert other.statuses(CREDITS, 1) == [200], "what a key may not ask is not its account's"
    answer = other.ask(CREDITS)

    assert (answer.status_code, third.ask(CREDITS).status_code) == (429, 429)
    assert "At most 3 requests in 60 seconds (buyers-account)" in answer.get_json()["detail"]
    assert answer.headers["RateLimit-Policy"] == (
        '"buyers-key";q=2;w=60, "buyers-account";q=3;w=60'
    )
    told = r'"buyers-key";r=0;t=\d+, "buyers-account";r=0;t=\d+'
    assert re.fullmatch(told, answer.headers["RateLimit"])


def test_people_with_tokens_are_counted_apart(door: Open) -> None:
    limited = door("buyers:key=1/1m")
    ada, bob = limited.person("Ada"), limited.person("Bob")

    assert ada.statuses(CREDITS, 2) == [200, 429]
    assert bob.statuses(CREDITS, 1) == [200]


def test_servers_are_counted_by_themselves_and_by_their_account(door: Open) -> None:
    limited = door("servers:key=2/1m,account=3/1m")
    one, other = limited.server(), limited.server()
    everybodys = limited.server(is_everybodys=True)
    path = PATHS["servers"]

    assert one.statuses(path, 3) == [200, 200, 429]
    assert other.statuses(path, 2) == [200, 429]
    assert everybodys.statuses(path, 3) == [200, 200, 429]


def test_what_a_caller_may_not_do_or_does_wrong_counts_as_well(door: Open) -> None:
    validator = door("buyers:key=3/1m").person("Ada", role="validator")
    wrong = [validator.ask(path) for path in (CREDITS, f"{PATHS['buyers']}?limit=0", CREDITS)]

    assert [answer.status_code for answer in wrong] == [403, 403, 403]
    assert [answer.headers["RateLimit"].split(";")[1] for answer in wrong] == ["r=2", "r=1", "r=0"]
    assert validator.ask(CREDITS).status_code == 429


def test_who_is_not_known_is_not_told_of_limits(door: Open) -> None:
    nobody = replace(door("buyers:key=1/1m").key(), headers={})

    answer = nobody.ask(CREDITS)

    assert (answer.status_code, answer.headers.get("RateLimit")) == (401, None)


def test_gateways_with_one_redis_count_together(door: Open) -> None:
    one, other = (door("buyers:key=3/1m") for _ in range(2))
    here = one.key()
    there = replace(here, client=other.client)

    assert [*here.statuses(CREDITS, 2), *there.statuses(CREDITS, 2)] == [200, 200, 200, 429]


def test_a_list_of_jobs_is_told_of_its_own_limit_and_of_its_dialects(door: Open) -> None:
    asker = door("jobs:key=3/1h").key()
    folders, jobs = asker.ask(PATHS["jobs"]), asker.ask(JOBS)

    assert folders.headers["X-RateLimit-Limit"] == "3"
    assert jobs.headers["RateLimit-Policy"] == '"jobs-key";q=3;w=3600, "jobs-list";q=100;w=60'
    told = r'"jobs-key";r=1;t=(\d+), "jobs-list";r=99;t=\d+'
    match = re.fullmatch(told, jobs.headers["RateLimit"])
    assert match
    assert 3500 < int(match[1]) <= 3600
    assert jobs.headers["X-RateLimit-Limit"] == "3"
    assert jobs.headers["X-RateLimit-Remaining"] == "1"
    assert 3500 < int(jobs.headers["X-RateLimit-Reset"]) - time.time() <= 3601
