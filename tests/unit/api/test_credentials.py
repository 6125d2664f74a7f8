"""What is remembered of a verified credential, and for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from api.caller import Caller
from api.credentials import MOST_REMEMBERED, TRUSTED_SECONDS, CredentialCache
from shared.accounts.account import Account
from shared.accounts.annotators import Annotators
from shared.accounts.plan import Plan
from shared.accounts.role import Role
from shared.clock import FakeClock

ACCOUNT = Account(
    id="a",
    name="acme",
    plan=Plan.PRO,
    annotators=Annotators.MIXED,
    enabled=True,
    balance_cents=0,
    held_cents=0,
    validators_at=None,
    created_at=datetime(2030, 1, 1, tzinfo=UTC),
)
CALLER = Caller(account=ACCOUNT, role=Role.BUYER, user=None, credential_kind="token")


class Books:
    """Knows who is who, and counts how often it is asked."""

    def __init__(self, known: dict[str, Caller]) -> None:
        self.known = known
        self.asked = 0

    def __call__(self, credential: str) -> Caller | None:
        self.asked += 1
        return self.known.get(credential)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def test_a_credential_is_verified_once_while_it_is_trusted(clock: FakeClock) -> None:
    books = Books({"key": CALLER})
    cache = CredentialCache(books, clock)

    assert [cache.caller("key") for _ in range(3)] == [CALLER] * 3
    assert books.asked == 1


def test_trust_ends(clock: FakeClock) -> None:
    books = Books({"key": CALLER})
    cache = CredentialCache(books, clock)
    cache.caller("key")
    books.known.clear()

    clock.advance(TRUSTED_SECONDS)

    assert cache.caller("key") is None


def test_a_refusal_is_not_remembered(clock: FakeClock) -> None:
    books = Books({})
    cache = CredentialCache(books, clock)
    cache.caller("key")
    books.known["key"] = CALLER

    assert cache.caller("key") is CALLER


def test_an_expired_credential_is_not_trusted_to_the_end(clock: FakeClock) -> None:
    short = replace(CALLER, expires_at=clock.now() + timedelta(seconds=TRUSTED_SECONDS / 2))
    cache = CredentialCache(Books({"key": short}), clock)
    cache.caller("key")

    clock.advance(TRUSTED_SECONDS / 2)

    assert cache.caller("key") is None


def test_memory_is_bounded(clock: FakeClock) -> None:
    books = Books({str(n): CALLER for n in range(MOST_REMEMBERED + 1)})
    cache = CredentialCache(books, clock)

    for n in range(MOST_REMEMBERED + 1):
        cache.caller(str(n))

    assert len(cache._known) == 1
