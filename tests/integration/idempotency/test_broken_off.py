"""A gateway dies in the middle of a request with a key; what follows makes nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from api.admission import CHUNK, Admission
from api.gateway import gateway_of
from shared.clock import FakeClock
from shared.db import Store
from shared.errors import Unavailable
from shared.idempotency.memo import LEASE
from shared.tasks import dispatch
from shared.tasks.draft import Draft
from tests.gateway import REVIEW, TASKS, Bench, Caller
from tests.keyed import Died, assert_same, die, dying, memos_in, sent, tasks_in

PROJECTS = "/api/v1/projects"


def after_the_lease(bench: Bench, clock: FakeClock, buyer: Caller) -> Caller:
    """The same buyer when nobody waits for the dead process any more."""
    clock.advance(LEASE.total_seconds())
    return bench.stranger(buyer.account, buyer.credential)


def test_a_task_that_was_stored_is_the_answer(
    bench: Bench, buyer: Caller, store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dying(bench.app, monkeypatch):
        sent(buyer, TASKS, "a", json=REVIEW)
    assert tasks_in(store) == 1

    early = sent(buyer, TASKS, "a", json=REVIEW)
    assert (early.status_code, early.get_json()["code"]) == (409, "CONFLICT")
    assert early.headers["Retry-After"] == "1"

    later = after_the_lease(bench, clock, buyer)
    first = sent(later, TASKS, "a", json=REVIEW)
    assert_same(first, sent(later, TASKS, "a", json=REVIEW))
    assert tasks_in(store) == 1


def test_a_task_that_was_not_stored_is_stored_now(
    bench: Bench, buyer: Caller, store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Admission, "submit", die)
        with dying(bench.app, monkeypatch):
            sent(buyer, TASKS, "a", json=REVIEW)
    assert tasks_in(store) == 0

    later = after_the_lease(bench, clock, buyer)
    assert sent(later, TASKS, "a", json=REVIEW).status_code == 201
    assert tasks_in(store) == 1


def test_another_request_does_not_get_the_key_of_one_that_was_broken_off(
    bench: Bench, buyer: Caller, store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dying(bench.app, monkeypatch):
        sent(buyer, TASKS, "a", json=REVIEW)

    later = after_the_lease(bench, clock, buyer)
    assert sent(later, TASKS, "a", json={**REVIEW, "priority": 9}).status_code == 422
    assert tasks_in(store) == 1


def test_a_bulk_goes_on_where_it_broke_off(
    bench: Bench, buyer: Caller, store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    items: list[dict[str, Any]] = [
        {"type": "ECHO", "content": {"n": n}} for n in range(2 * CHUNK + 5)
    ]
    items[1] = {"type": "ECHO"}
    submitter = gateway_of(bench.app).submitter
    chunks: list[int] = []

    def second_dies(drafts: Sequence[Draft]) -> Any:
        chunks.append(len(drafts))
        return submitter.submit_many(drafts) if len(chunks) == 1 else die()

    with monkeypatch.context() as patch:
        patch.setattr(Admission, "_store", lambda _, chunk, **__: second_dies(chunk))
        with dying(bench.app, monkeypatch):
            sent(buyer, f"{TASKS}/bulk", "a", json=items)
    assert tasks_in(store) == CHUNK

    later = after_the_lease(bench, clock, buyer)
    answer = sent(later, f"{TASKS}/bulk", "a", json=items)
    told = answer.get_json()
    assert (told["accepted"], told["rejected"]) == (len(items) - 1, 1)
    assert [result["index"] for result in told["results"]] == list(range(len(items)))
    assert len({result.get("taskId") for result in told["results"]}) == len(items)
    assert tasks_in(store) == len(items) - 1
    assert_same(answer, sent(later, f"{TASKS}/bulk", "a", json=items))


@pytest.mark.parametrize("is_stored", [True, False], ids=["stored", "not stored"])
def test_a_bulk_whose_store_goes_away_halfway_has_no_answer_and_goes_on_with_its_key(
    bench: Bench, buyer: Caller, monkeypatch: pytest.MonkeyPatch, is_stored: bool
) -> None:
    items = [{"type": "ECHO", "content": {"n": n}} for n in range(CHUNK + 5)]
    submitter = gateway_of(bench.app).submitter
    submit_many = submitter.submit_many
    chunks: list[int] = []

    def goes_away(drafts: Sequence[Draft]) -> Any:
        chunks.append(len(drafts))
        if len(chunks) == 1 or is_stored:
            told = submit_many(drafts)
        if len(chunks) > 1:
            raise Unavailable("gone", outcome_unknown=True)
        return told

    with monkeypatch.context() as patch:
        patch.setattr(submitter, "submit_many", goes_away)
        patch.setattr("api.idempotency.once.dispatch.stored_among", lambda *_: {})
        assert sent(buyer, f"{TASKS}/bulk", "a", json=items).status_code == 503

    told = sent(buyer, f"{TASKS}/bulk", "a", json=items).get_json()
    assert (chunks, told["accepted"]) == ([CHUNK, 5], len(items))
    assert tasks_in(bench.yard.store) == len(items)


def test_a_row_that_was_made_is_the_answer(
    bench: Bench, buyer: Caller, store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dying(bench.app, monkeypatch):
        sent(buyer, PROJECTS, "a", json={"name": "reviews"})

    later = after_the_lease(bench, clock, buyer)
    answer = sent(later, PROJECTS, "a", json={"name": "reviews"})

    assert answer.status_code == 201  # a second one of that name would be refused
    (project,) = later.get(PROJECTS).get_json()["projects"]
    assert answer.get_json() == project


def test_who_was_thought_to_be_gone_and_stored_the_task_first_is_believed(
    bench: Bench, buyer: Caller, store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts: list[Draft] = []

    def slow(_: Admission, draft: Draft) -> Any:
        drafts.append(draft)
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(Admission, "submit", slow)
        with dying(bench.app, monkeypatch):
            sent(buyer, TASKS, "a", json=REVIEW)
    submit = Admission.submit

    def meanwhile(admission: Admission, draft: Draft) -> Any:
        dispatch.submit(bench.yard, drafts)
        return submit(admission, draft)

    monkeypatch.setattr(Admission, "submit", meanwhile)
    later = after_the_lease(bench, clock, buyer)
    answer = sent(later, TASKS, "a", json=REVIEW)

    assert (answer.status_code, answer.get_json()["taskId"]) == (201, drafts[0].id)
    assert tasks_in(store) == 1


def test_a_bulk_that_somebody_stored_meanwhile_is_accepted(
    bench: Bench, buyer: Caller, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit_many = Admission.submit_many

    def meanwhile(admission: Admission, account_id: str, checked: Any) -> Any:
        dispatch.submit(bench.yard, [replace(one) for one in checked])
        return submit_many(admission, account_id, checked)

    monkeypatch.setattr(Admission, "submit_many", meanwhile)
    items = [{"type": "ECHO", "content": {"n": n}} for n in range(3)]
    told = sent(buyer, f"{TASKS}/bulk", "a", json=items).get_json()

    assert (told["accepted"], told["rejected"]) == (3, 0)
    assert tasks_in(store) == 3


@pytest.mark.parametrize(("unknown", "left"), [(True, 1), (False, 0)], ids=["unknown", "undone"])
def test_a_key_stays_bound_where_nobody_knows_whether_the_task_was_stored(
    bench: Bench, buyer: Caller, monkeypatch: pytest.MonkeyPatch, unknown: bool, left: int
) -> None:
    def away(*_: Any) -> Any:
        raise Unavailable("gone", outcome_unknown=unknown)

    with monkeypatch.context() as patch:
        patch.setattr(Admission, "submit", away)
        assert sent(buyer, TASKS, "a", json=REVIEW).status_code == 503

    assert len(memos_in(bench.yard.store)) == left
    assert sent(buyer, TASKS, "a", json=REVIEW).status_code == 201
    assert tasks_in(bench.yard.store) == 1
