"""Secret fields of payloads: sealed beside them, open for the handler, hidden from all others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from marshmallow import Schema
from sqlalchemy import update

from shared.db import Store
from shared.errors import Conflict, GiveWay, Refused, TaskError
from shared.scripts import control
from shared.settings import Settings
from shared.tasks import dispatch, restart
from shared.tasks.draft import Accepted, Draft
from shared.tasks.insertion import insert_tasks
from shared.tasks.outcome import Stopped
from shared.tasks.script_queries import ScriptTasks
from shared.tasks.status import Status
from shared.tasks.task import tasks
from shared.tasks.task_type import Context, Payload, TaskType
from tests.memory_yard import WORKER, MemoryYard
from tests.sealed_before import seal_as_before
from workers.execute import execute

SECRET = "open sesame"
PAYLOAD = {"site": "a.example", "password": SECRET}
OTHER_KEY = "another key of this yard, long enough"
seen: list[Payload] = []


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    seen.clear()


def _tell(payload: Payload, context: Context) -> dict[str, Any]:
    """Do as the payload says, and tell the secret."""
    seen.append(payload)
    context.progress(50, told=f"with {SECRET}")
    wish = payload.get("wish")
    if wish == "fail":
        raise TaskError(f"no: {SECRET}", retryable=False, code=SECRET)
    if wish == "break":
        raise ValueError(SECRET)
    if wish == "give way":
        raise GiveWay(f"after {SECRET}")
    return {"told": [SECRET, {SECRET: dict(payload)}]}


def _tell_together(payloads: Sequence[Payload], _contexts: Sequence[Context]) -> list[Any]:
    """Tell each what the first one's secret is."""
    first = payloads[0]["password"]
    return [TaskError(first) if p.get("wish") else {"told": first} for p in payloads]


GUARDED = TaskType(
    name="GUARDED", pool="small", queue="guarded", payload=Schema(), run=_tell,
    secrets=frozenset({"password", "token"}),
)  # fmt: skip
GUARDED_TOGETHER = replace(
    GUARDED, name="GUARDED_TOGETHER", queue="together", run=None, batch_size=5,
    run_batch=_tell_together,
)  # fmt: skip
GUARDED_PLACE = replace(
    GUARDED, name="GUARDED_PLACE", queue="place", target=lambda payload: payload["at"]
)
KINDS = (GUARDED, GUARDED_TOGETHER, GUARDED_PLACE)
PLACE = "01890000-0000-7000-8000-000000000001"


@pytest.fixture
def yard(store: Store, settings: Settings) -> MemoryYard:
    """A yard with types that have secrets."""
    memory = MemoryYard(store, settings)
    memory.yard.registry.types.update({kind.name: kind for kind in KINDS})
    return memory


def run(yard: MemoryYard, **payload: Any) -> str:
    """Have a task with that payload done; its id."""
    task_id = yard.submit(GUARDED, payload={**PAYLOAD, **payload})
    execute(yard.yard, GUARDED, [task_id], WORKER)
    return task_id


def failed(yard: MemoryYard) -> str:
    """A task that failed for good; its id."""
    return run(yard, wish="fail")


def ask(yard: MemoryYard, *secrets: str, settings: Settings | None = None) -> list[str]:
    """Request tasks at one place with these secrets; the ids answered."""
    drafts = [
        yard.draft(GUARDED_PLACE, payload={"at": PLACE, "password": secret}) for secret in secrets
    ]
    asked = replace(yard.yard, settings=settings or yard.yard.settings)
    answers = dispatch.request(asked, lambda _: drafts)
    return [answer.task_id for answer in answers if isinstance(answer, Accepted)]


def wipe(yard: MemoryYard, task_id: str) -> None:
    """What the chore does to a task that failed long ago."""
    with yard.store.begin() as tx:
        tx.execute(update(tasks).where(tasks.c.id == task_id).values(secrets={}))


def test_a_secret_is_sealed_beside_the_payload_and_open_for_the_handler(yard: MemoryYard) -> None:
    task_id = yard.submit(GUARDED, payload=PAYLOAD)
    stored = yard.task(task_id)
    assert stored.payload == {"site": "a.example"}
    assert (stored.secrets or {}).keys() == {"password"}
    assert "sesame" not in str(stored)
    execute(yard.yard, GUARDED, [task_id], WORKER)
    assert seen == [PAYLOAD]


@pytest.mark.parametrize("empty", [None, "", {}, []], ids=str)
def test_what_hides_nothing_is_not_sealed(yard: MemoryYard, empty: object) -> None:
    stored = yard.task(yard.submit(GUARDED, payload={"password": empty}))
    assert (stored.payload, stored.secrets) == ({"password": empty}, None)


def test_a_callers_text_that_looks_sealed_is_only_text(yard: MemoryYard) -> None:
    for text in ("sealed:1:AAAA", "sealed:2:AAAA"):
        run(yard, password=text)
        assert seen.pop()["password"] == text


def test_what_an_older_version_sealed_in_the_payload_is_opened(yard: MemoryYard) -> None:
    task_id = yard.submit(GUARDED, payload={})
    sealed = seal_as_before(yard.yard.settings, yard.account.id, SECRET)
    with yard.store.begin() as tx:
        values = {"payload": {"password": sealed}, "secrets": None}
        tx.execute(update(tasks).where(tasks.c.id == task_id).values(values))
    execute(yard.yard, GUARDED, [task_id], WORKER)
    assert seen == [{"password": SECRET}]


def test_a_secret_whose_key_is_lost_fails_for_good(yard: MemoryYard) -> None:
    settings = replace(yard.yard.settings, secret_key=OTHER_KEY)
    for kind in (GUARDED, GUARDED_TOGETHER):
        task_id = yard.submit(kind, payload=PAYLOAD)
        execute(replace(yard.yard, settings=settings), kind, [task_id], WORKER)
        task = yard.task(task_id)
        assert (task.status, (task.error or {})["code"]) == (Status.FAILED, "SECRETS_LOST")


def test_a_group_stored_in_halves_is_sealed_once(yard: MemoryYard) -> None:
    good = [yard.draft(GUARDED, payload=PAYLOAD) for _ in range(2)]
    bad = yard.draft(GUARDED, payload={"password": "x", "odd": "\ud800"})
    worse = yard.draft(GUARDED, payload={"password": "\ud800"})
    answers = dispatch.submit(yard.yard, [good[0], bad, worse, good[1]])
    assert [isinstance(answer, Refused) for answer in answers] == [False, True, True, False]
    for draft in good:
        yard.yard.broker.mark()
        dispatch.release(yard.yard, "guarded")
        execute(yard.yard, GUARDED, [draft.id], WORKER)
    assert seen == [PAYLOAD, PAYLOAD]


def test_a_draft_with_an_open_secret_is_never_stored(yard: MemoryYard) -> None:
    draft = yard.draft(GUARDED, payload=PAYLOAD)
    with pytest.raises(ValueError, match="GUARDED: not sealed: password"), yard.store.begin() as tx:
        insert_tasks(tx, [draft], (), (), {})


# --- kept for as long as they are needed


def test_secrets_go_in_the_commit_that_completes_or_cancels(yard: MemoryYard) -> None:
    running = yard.started(GUARDED, payload=PAYLOAD)
    handed_out = yard.submit(GUARDED, payload=PAYLOAD)
    waiting = yard.hold_back(1, GUARDED, payload=PAYLOAD)[0]
    assert running.secrets
    for task_id in (waiting, handed_out, running.id):
        assert yard.task(task_id).secrets
        yard.cancel(task_id)
    assert yard.task(running.id).secrets  # it may still need them, to undo
    dispatch.report(yard.yard, [Stopped(running)], WORKER)
    for task_id in (waiting, handed_out, running.id):
        assert (yard.status(task_id), yard.task(task_id).secrets) == (Status.CANCELED, None)
    completed = yard.task(run(yard))
    assert (completed.status, completed.secrets) == (Status.COMPLETED, None)


def test_a_failed_task_keeps_them_and_can_be_tried_again(yard: MemoryYard) -> None:
    task_id = failed(yard)
    assert yard.task(task_id).secrets
    yard.restart(task_id)
    yard.yard.broker.mark()
    dispatch.release(yard.yard, "guarded")
    execute(yard.yard, GUARDED, [task_id], WORKER)
    assert [payload["password"] for payload in seen] == [SECRET, SECRET]


def test_a_task_whose_secrets_were_wiped_is_not_tried_again(yard: MemoryYard) -> None:
    wiped, whole = failed(yard), failed(yard)
    wipe(yard, wiped)
    with pytest.raises(Conflict, match="were wiped 7 days after it failed: submit it anew"):
        yard.restart(wiped)
    with yard.store.begin() as tx:
        begun = restart.restart_all(tx, [yard.task(wiped), yard.task(whole)], actor="tests")
    assert begun == [whole]
    assert yard.status(wiped) is Status.FAILED


def test_trying_all_again_passes_over_what_was_wiped_and_does_not_call_it_unpaid(
    yard: MemoryYard,
) -> None:
    wiped, whole, dear = (failed(yard) for _ in range(3))
    wipe(yard, wiped)
    with yard.store.begin() as tx:
        costs = update(tasks).where(tasks.c.id.in_([wiped, dear]))
        tx.execute(costs.values(cost_cents=10_001))
    scripts = ScriptTasks(yard.account.id, frozenset({"GUARDED"}))
    with yard.store.begin() as tx:
        retried = control.retry_next(tx, scripts, 0, 10, actor="tests")
    assert retried == control.Retried(yard.task(dear).number, [yard.task(whole).number], unpaid=1)


# --- kept out of what is told


def test_nothing_that_is_stored_tells_a_secret(
    yard: MemoryYard, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    completed, gave_up, broke = run(yard), failed(yard), run(yard, wish="break")
    gave_way = run(yard, wish="give way")
    told = {"site": "a.example", "password": "…"}
    assert yard.task(completed).result == {"told": ["…", {"…": told}]}
    assert yard.task(completed).detail == {"told": "with …"}
    assert yard.task(gave_up).error == {"code": "…", "message": "no: …"}
    assert yard.task(broke).error is not None
    assert yard.last_step(gave_way).reason == "after …"
    assert "ValueError: …" in caplog.text
    assert SECRET not in caplog.text


def test_of_a_batch_nobodys_secret_gets_into_anothers_result(yard: MemoryYard) -> None:
    wishes = [{"password": SECRET}, {"password": "hunter22"}, {"password": "x", "wish": "fail"}]
    drafts = [yard.submit(GUARDED_TOGETHER, payload=payload) for payload in wishes]
    execute(yard.yard, GUARDED_TOGETHER, drafts, WORKER)
    first, second, third = (yard.task(task_id) for task_id in drafts)
    assert (first.result, second.result) == ({"told": "…"}, {"told": "…"})
    assert (third.error or {})["message"] == "…"


# --- compared


def test_a_request_with_the_same_secret_is_the_same_and_with_another_it_is_not(
    yard: MemoryYard,
) -> None:
    first = ask(yard, SECRET)
    assert ask(yard, SECRET, SECRET) == first * 2
    (other,) = ask(yard, "hunter22")
    assert [other] != first
    assert ask(yard, "hunter22", SECRET) == [other, *first]


def test_a_waiting_task_whose_key_is_lost_does_not_do_the_same(yard: MemoryYard) -> None:
    (first,) = ask(yard, SECRET)
    keyed = replace(yard.yard.settings, secret_key=OTHER_KEY)
    (second,) = ask(yard, SECRET, settings=keyed)
    assert second != first
    assert ask(yard, SECRET, settings=keyed) == [second]


def test_what_follows_from_results_may_not_have_open_secrets(yard: MemoryYard) -> None:
    def follow(_tx: Any, completed: Any) -> list[Draft]:
        return [yard.draft(GUARDED, payload=PAYLOAD) for _ in completed]

    kind = replace(GUARDED, settle=follow)
    yard.yard.registry.types["GUARDED"] = kind
    task_id = yard.submit(kind, payload={})
    execute(yard.yard, kind, [task_id], WORKER)
    assert (yard.task(task_id).error or {})["code"] == "RESULT_REFUSED"
    assert yard.statuses() == {Status.FAILED: 1}
