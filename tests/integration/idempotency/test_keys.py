"""A request with a key is done once, and whoever sends it again gets its answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from api import create_app_for
from api.gateway import gateway_of
from api.idempotency import replay
from api.idempotency.leases import Leases
from api.idempotency.memory import Memory
from shared.accounts.account import get_account
from shared.accounts.project import create_project
from shared.clock import FakeClock
from shared.db import Store, Transaction
from shared.errors import CreditsExhausted, Unavailable
from shared.idempotency.keeping import give_up, note
from shared.idempotency.memo import ANSWER, KEPT, LEASE, Asked, Found, Memo, NotedAlready, memos
from shared.idempotency.retention import purge_memos
from shared.idempotency.taking import take
from shared.ids import new_id
from shared.sealed import seal
from shared.tasks.draft import Draft
from tests.gateway import REVIEW, TASKS, Bench, Caller, open_account, yard_on
from tests.keyed import REPLAYED, assert_same, keyed, memos_in, sent, tasks_in
from tests.memory_yard import in_threads
from tests.servers import eventually

PRICE = 20


@contextmanager
def another_gateway(bench: Bench) -> Iterator[Bench]:
    """A second gateway, with connections of its own, to the same yard."""
    store = Store(bench.yard.store.url)
    app = create_app_for(yard_on(bench.yard.settings, store))
    yield Bench(app, gateway_of(app).yard)
    gateway_of(app).close()


def held(bench: Bench, caller: Caller) -> int:
    """What the caller's tasks have put aside, in cents."""
    with bench.yard.store.begin() as tx:
        return get_account(tx, caller.account.id).held_cents


def test_the_same_request_gets_the_same_answer_and_makes_nothing_more(
    bench: Bench, buyer: Caller
) -> None:
    first, again, third = (sent(buyer, TASKS, "a", json=REVIEW) for _ in range(3))

    assert_same(first, again)
    assert_same(first, third)
    assert (tasks_in(bench.yard.store), held(bench, buyer)) == (1, PRICE)


def test_a_request_without_a_key_is_done_every_time(bench: Bench, buyer: Caller) -> None:
    answers = [buyer.post(TASKS, json=REVIEW) for _ in range(2)]

    assert answers[0].json["taskId"] != answers[1].json["taskId"]  # type: ignore[index]
    assert not memos_in(bench.yard.store)


def test_another_request_with_the_same_key_is_refused(bench: Bench, buyer: Caller) -> None:
    sent(buyer, TASKS, "a", json=REVIEW)

    answer = sent(buyer, TASKS, "a", json={**REVIEW, "locale": "en"})

    assert (answer.status_code, answer.get_json()["code"]) == (422, "IDEMPOTENCY_MISMATCH")
    assert tasks_in(bench.yard.store) == 1


def test_the_answer_is_there_after_a_restart(bench: Bench, buyer: Caller) -> None:
    first = sent(buyer, TASKS, "a", json=REVIEW)

    with another_gateway(bench) as restarted:
        there = restarted.stranger(buyer.account, buyer.credential)
        assert_same(first, sent(there, TASKS, "a", json=REVIEW))

    assert tasks_in(bench.yard.store) == 1


def test_a_hundred_equal_requests_at_once_at_two_gateways_make_one_task_and_one_hold(
    bench: Bench, buyer: Caller
) -> None:
    key = new_id()
    with another_gateway(bench) as other:

        def ask(number: int) -> Any:
            where = (bench, other)[number % 2]
            return sent(where.stranger(buyer.account, buyer.credential), TASKS, key, json=REVIEW)

        answers = in_threads(100, ask)

    made = [answer for answer in answers if answer.status_code == 201]
    told = [answer for answer in answers if answer.status_code == 409]
    assert len(made) + len(told) == 100
    assert len({answer.data for answer in made}) == 1
    assert [REPLAYED in answer.headers for answer in made].count(False) == 1
    assert all(answer.headers["Retry-After"] == "1" for answer in told)
    assert (tasks_in(bench.yard.store), held(bench, buyer)) == (1, PRICE)


def test_requests_with_different_keys_at_once_are_all_done(bench: Bench, buyer: Caller) -> None:
    def ask(_: int) -> Any:
        here = bench.stranger(buyer.account, buyer.credential)
        return here.post(TASKS, json=REVIEW, headers=keyed())

    answers = in_threads(40, ask)

    assert [answer.status_code for answer in answers] == [201] * 40
    assert (tasks_in(bench.yard.store), held(bench, buyer)) == (40, 40 * PRICE)


def test_a_refused_request_frees_its_key(bench: Bench, buyer: Caller) -> None:
    refused = sent(buyer, TASKS, "a", json={**REVIEW, "maxCents": 1})
    assert refused.status_code == 400
    assert not memos_in(bench.yard.store)

    assert sent(buyer, TASKS, "a", json=REVIEW).status_code == 201


def test_an_account_that_cannot_pay_may_ask_again_with_its_key(bench: Bench) -> None:
    poor = bench.caller(open_account(bench.yard.store, "poor", cents=0))
    assert sent(poor, TASKS, "a", json=REVIEW).status_code == 402

    assert not memos_in(bench.yard.store)


def test_keys_of_another_account_or_another_route_are_other_keys(
    bench: Bench, buyer: Caller
) -> None:
    other = bench.caller(open_account(bench.yard.store, "other"))
    project = {"name": "reviews"}

    answers = [
        sent(buyer, TASKS, "a", json=REVIEW),
        sent(other, TASKS, "a", json=REVIEW),
        sent(buyer, f"{TASKS}/bulk", "a", json=[REVIEW]),
        sent(buyer, "/api/v1/projects", "a", json=project),
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 200, 201]
    assert not any(REPLAYED in answer.headers for answer in answers)
    assert tasks_in(bench.yard.store) == 3


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "kéy", "a\tb"], ids=range(5))
def test_what_cannot_be_a_key_is_refused_by_name(bench: Bench, buyer: Caller, key: str) -> None:
    answer = sent(buyer, TASKS, key or " ", json=REVIEW)

    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["field"] == "Idempotency-Key"
    assert tasks_in(bench.yard.store) == 0


def test_a_key_is_kept_for_24_hours(
    bench: Bench, buyer: Caller, store: Store, clock: FakeClock
) -> None:
    first = sent(buyer, TASKS, "a", json=REVIEW)

    clock.advance(KEPT.total_seconds() - 1)
    there = bench.caller(buyer.account)
    assert store.transact(purge_memos) == 0
    assert_same(first, sent(there, TASKS, "a", json=REVIEW))

    clock.advance(1)
    assert sent(there, TASKS, "a", json=REVIEW).json != first.json
    assert tasks_in(store) == 2


def test_what_nobody_asks_for_any_more_is_purged(
    buyer: Caller, store: Store, clock: FakeClock
) -> None:
    sent(buyer, TASKS, "a", json=REVIEW)

    clock.advance(KEPT.total_seconds())

    assert store.transact(purge_memos) == 1
    assert not memos_in(store)


def test_a_request_that_runs_is_told_of_until_its_lease_is_over(
    buyer: Caller, store: Store, clock: FakeClock
) -> None:
    asked = Asked(buyer.account.id, "/r", "a", "f" * 64)
    (first,) = store.transact(lambda tx: take(tx, [asked]))
    assert isinstance(first, Memo)
    assert not first.is_repeated

    clock.advance(LEASE.total_seconds() - 1)
    (told,) = store.transact(lambda tx: take(tx, [asked]))
    assert told == Found(asked.account_id, asked.fingerprint, None)

    clock.advance(1)
    (second,) = store.transact(lambda tx: take(tx, [asked]))
    assert isinstance(second, Memo)
    assert (second.id, second.attempt) == (first.id, 2)


def test_one_of_many_equal_requests_in_a_group_is_done(buyer: Caller, store: Store) -> None:
    one, other = (Asked(buyer.account.id, "/r", key, "f" * 64) for key in "ab")

    answers = store.transact(lambda tx: take(tx, [one, other, one, one]))

    assert [isinstance(answer, Memo) for answer in answers] == [True, True, False, False]


def test_what_two_processes_make_for_one_memo_is_made_once(buyer: Caller, store: Store) -> None:
    asked = Asked(buyer.account.id, "/r", "a", "f" * 64)
    (memo,) = store.transact(lambda tx: take(tx, [asked]))
    assert isinstance(memo, Memo)

    def make(outcome: str) -> None:
        store.transact(lambda tx: note(tx, memo, outcome))

    make("first")
    with pytest.raises(NotedAlready):
        make("second")

    assert [row["outcome"] for row in memos_in(store)] == ["first"]


def test_a_memo_for_which_something_was_made_is_not_forgotten(buyer: Caller, store: Store) -> None:
    asked = Asked(buyer.account.id, "/r", "a", "f" * 64)
    (memo,) = store.transact(lambda tx: take(tx, [asked]))
    assert isinstance(memo, Memo)
    store.transact(lambda tx: note(tx, memo, "made"))

    store.transact(lambda tx: give_up(tx, memo, is_undone=True))

    (again,) = store.transact(lambda tx: take(tx, [asked]))
    assert again == Memo(memo.id, memo.account_id, 2, "made")


def test_long_requests_have_their_leases_extended(
    buyer: Caller, store: Store, clock: FakeClock
) -> None:
    asked = Asked(buyer.account.id, "/r", "a", None)
    (memo,) = store.transact(lambda tx: take(tx, [asked]))
    assert isinstance(memo, Memo)
    leases = Leases(store, every_seconds=0.01)

    with leases.held(memo):
        clock.advance(LEASE.total_seconds() - 1)
        until = store.now() + LEASE
        eventually(lambda: memos_in(store)[0]["leased_until"] == until, 10, "a longer lease")
    leases.close()


def test_a_store_that_goes_away_before_the_answer_is_kept_spoils_no_answer(
    bench: Bench, buyer: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise Unavailable("gone")

    memory = gateway_of(bench.app).memory
    monkeypatch.setattr(memory._telling, "_commit", away)

    assert sent(buyer, TASKS, "a", json=REVIEW).status_code == 201


def test_answers_lie_sealed(bench: Bench, buyer: Caller) -> None:
    sent(buyer, "/api/v1/projects", "a", json={"name": "confidential"})

    (memo,) = memos_in(bench.yard.store)
    assert memo["outcome"].startswith("sealed:")
    assert memo["answer"].startswith("sealed:")
    assert isinstance(gateway_of(bench.app).memory, Memory)


def test_nothing_is_noted_or_changed_where_a_task_of_several_is_refused(
    bench: Bench, buyer: Caller
) -> None:
    kind = bench.yard.registry.types["LOGIN"]
    here: dict[str, Any] = {"account_id": buyer.account.id, "task_type": kind, "dialect": "buyers"}
    noted: list[Any] = []

    def ask(tx: Transaction) -> list[Draft]:
        create_project(tx, buyer.account.id, "reviews", None)
        return [Draft(**here, payload={}, cost_cents=cents) for cents in (1, 1_000_000)]

    with pytest.raises(CreditsExhausted):
        gateway_of(bench.app).admission.request(
            buyer.account.id, ask, lambda _, accepted: noted.append(accepted)
        )

    assert (tasks_in(bench.yard.store), noted) == (0, [])
    assert buyer.get("/api/v1/projects").get_json() == {"projects": []}


def test_an_answer_that_is_too_long_to_keep_is_made_again(
    bench: Bench, buyer: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "MOST_CHARACTERS", 10)

    first, again = (sent(buyer, TASKS, "a", json=REVIEW) for _ in range(2))

    assert (first.status_code, first.data) == (201, again.data)
    assert REPLAYED not in again.headers
    assert tasks_in(bench.yard.store) == 1


def test_a_key_stays_bound_where_the_gateway_stumbled_over_its_answer(
    bench: Bench, buyer: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: Any) -> Any:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("api.buyers.routes.receipt", stumble)
        assert sent(buyer, TASKS, "a", json=REVIEW).status_code == 500

    assert sent(buyer, TASKS, "a", json={**REVIEW, "priority": 9}).status_code == 422
    assert sent(buyer, TASKS, "a", json=REVIEW).status_code == 201
    assert tasks_in(bench.yard.store) == 1


def test_an_answer_that_no_key_of_the_yard_opens_is_told_so(bench: Bench, buyer: Caller) -> None:
    sent(buyer, TASKS, "a", json=REVIEW)
    lost = replace(bench.yard.settings, secret_key="a secret key that nobody has any more")
    sealed = seal(lost, buyer.account.id, {}, ANSWER)
    with bench.yard.store.begin() as tx:
        tx.execute(update(memos).values(answer=sealed))

    answer = sent(buyer, TASKS, "a", json=REVIEW)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "CONFLICT")
    assert "Retry-After" not in answer.headers
    assert tasks_in(bench.yard.store) == 1
