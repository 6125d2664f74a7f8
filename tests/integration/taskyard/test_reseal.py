"""``taskyard reseal``: after it nothing needs the old secret key any more."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from marshmallow import Schema
from sqlalchemy import update

from shared import resealing
from shared.db import Store
from shared.idempotency.keeping import Told, note, outcome_of, tell
from shared.idempotency.memo import ANSWER, OUTCOME, Asked, Found, Memo
from shared.idempotency.taking import take
from shared.notices.callback_signing import callback_secret
from shared.notices.secret import open_secrets
from shared.notices.webhook import get_webhook
from shared.notices.webhook_making import (
    NewWebhook,
    delete_webhook,
    make_webhook,
    rotate_secret,
)
from shared.schedules.asked import AskedTask, NewSchedule
from shared.schedules.making import make_schedule
from shared.schedules.schedule import list_schedules
from shared.sealed import MARK, seal, unseal
from shared.settings import Settings
from shared.social.account import add_social_account, find_named, social_accounts
from shared.tasks.registry import Registry
from shared.tasks.secret_fields import open_fields
from shared.tasks.task import Task, tasks
from shared.tasks.task_type import TaskType
from taskyard.cli import taskyard
from tests.memory_yard import PLAIN, MemoryYard, in_threads
from tests.sealed_before import seal_as_before

OLD = "an old secret key as long as is needed"
NEW = "a new secret key as long as is needed"
LOST = "a secret key that nobody has any more"
SECRET = "open sesame"
GUARDED: TaskType = replace(
    PLAIN, name="GUARDED", queue="guarded", payload=Schema(), secrets=frozenset({"password"})
)
Reseal = Callable[..., Result]


@pytest.fixture
def yard(store: Store, settings: Settings) -> MemoryYard:
    """A yard as it is before the key is changed."""
    memory = MemoryYard(store, replace(settings, secret_key=OLD))
    memory.yard.registry.types["GUARDED"] = GUARDED
    return memory


@pytest.fixture
def reseal(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Reseal:
    """Runs the command with the new key, and the one from before as an old one."""
    types = Registry({"GUARDED": GUARDED})
    monkeypatch.setattr("taskyard.commands.reseal.load_registry", lambda: types)

    def run(*words: str) -> Result:
        environ = {
            "TASKYARD_HOME": str(settings.home),
            "TASKYARD_DATABASE_URL": store.url,
            "TASKYARD_SECRET_KEY": NEW,
            "TASKYARD_SECRET_KEYS_OLD": OLD,
        }
        return CliRunner().invoke(taskyard, ("reseal", *words), env=environ)

    return run


@pytest.fixture
def renewed(settings: Settings) -> Settings:
    """The settings once the old key is gone."""
    return replace(settings, secret_key=NEW, secret_keys_old=())


def counts(result: Result) -> Any:
    """What the command answers in JSON."""
    return json.loads(result.stdout)


def guarded(yard: MemoryYard, **changes: Any) -> str:
    """A task with a secret; its id."""
    return yard.submit(GUARDED, payload={"site": "a", "password": SECRET}, **changes)


def change(yard: MemoryYard, task_id: str, **values: Any) -> None:
    """Write columns of the task."""
    with yard.store.begin() as tx:
        tx.execute(update(tasks).where(tasks.c.id == task_id).values(values))


def opened(task: Task, settings: Settings) -> dict[str, Any]:
    """The secret fields of ``task``."""
    return open_fields(settings, task.account_id, task.secrets)


def test_tasks_and_accounts_need_the_old_key_no_more(
    yard: MemoryYard, reseal: Reseal, renewed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "ROWS_AT_ONCE", 2)
    own, credential = yard.yard.settings, {"access_token": SECRET}
    ids = [guarded(yard) for _ in range(5)]
    plain = yard.submit(payload={"site": "b"})
    with yard.store.begin() as tx:
        for name in ("ada", "bob", "eve"):
            add_social_account(tx, own, yard.account.id, "tiktok", name, credential=credential)
        add_social_account(tx, own, yard.account.id, "tiktok", "nobody")
    before = yard.task(ids[0])
    assert counts(reseal("--json")) == {"resealed": 8, "current": 0, "lost": 0}
    assert counts(reseal("--json")) == {"resealed": 0, "current": 8, "lost": 0}
    for task_id in ids:
        assert opened(yard.task(task_id), renewed) == {"password": SECRET}
    after = yard.task(ids[0])
    assert replace(after, secrets=before.secrets) == before
    assert yard.task(plain).payload == {"site": "b"}
    with yard.store.read() as tx:
        for name in ("ada", "bob", "eve"):
            assert find_named(tx, yard.account.id, name)[0].opened(renewed) == credential


def test_what_notices_are_signed_with_needs_the_old_key_no_more(
    yard: MemoryYard, reseal: Reseal, renewed: Settings
) -> None:
    own, mine = yard.yard.settings, yard.account.id
    with yard.store.begin() as tx:
        hook, first = make_webhook(tx, own, mine, NewWebhook(url="https://example.org/"))
        _, second = rotate_secret(tx, own, hook.id, mine)
        gone, _ = make_webhook(tx, own, mine, NewWebhook(url="https://example.org/"))
        delete_webhook(tx, gone.id, mine)
        callbacks = callback_secret(tx, own, mine).opened(own, tx.now)
    assert counts(reseal("--json")) == {"resealed": 3, "current": 0, "lost": 0}
    assert counts(reseal("--json")) == {"resealed": 0, "current": 3, "lost": 0}
    with yard.store.begin() as tx:
        read = get_webhook(tx, hook.id, mine)
        assert open_secrets(renewed, read, hook.id, tx.now) == [second, first]
        assert callback_secret(tx, renewed, mine).opened(renewed, tx.now) == callbacks


def test_what_schedules_give_their_tasks_needs_the_old_key_no_more(
    yard: MemoryYard, reseal: Reseal, renewed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "ROWS_AT_ONCE", 2)
    draft = yard.draft(GUARDED, payload={"site": "a", "password": SECRET})
    task = AskedTask.of(yard.yard, {"type": "GUARDED", "content": draft.payload}, draft)
    plain = AskedTask.of(yard.yard, {"type": "PLAIN", "content": {}}, yard.draft())
    with yard.store.begin() as tx:
        for asked in (task, plain, task, task):
            make_schedule(tx, yard.account.id, NewSchedule(task=asked, every="60s"))

    assert counts(reseal("--json")) == {"resealed": 3, "current": 0, "lost": 0}
    assert counts(reseal("--json")) == {"resealed": 0, "current": 3, "lost": 0}

    with yard.store.read() as tx:
        found = [one.secrets for one in list_schedules(tx, yard.account.id)]
    told = [open_fields(renewed, yard.account.id, secrets) for secrets in found]
    assert told == [{"password": SECRET}, {"password": SECRET}, {}, {"password": SECRET}]


def test_what_requests_with_keys_were_told_needs_the_old_key_no_more(
    yard: MemoryYard, reseal: Reseal, renewed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "ROWS_AT_ONCE", 2)
    own, account_id = yard.yard.settings, yard.account.id
    asked = [Asked(account_id, "/r", key, "f" * 64) for key in "abc"]
    with yard.store.begin() as tx:
        memos = [memo for memo in take(tx, asked) if isinstance(memo, Memo)]
        note(tx, memos[1], seal(own, account_id, {"apiKey": SECRET}, OUTCOME))
        tell(tx, [Told(memo, seal(own, account_id, SECRET, ANSWER)) for memo in memos[1:]])

    assert counts(reseal("--json")) == {"resealed": 3, "current": 0, "lost": 0}
    assert counts(reseal("--json")) == {"resealed": 0, "current": 3, "lost": 0}

    with yard.store.begin() as tx:
        outcome, found = outcome_of(tx, memos[1]), take(tx, asked)[1:]
    assert unseal(renewed, account_id, outcome, OUTCOME) == {"apiKey": SECRET}
    told = [one.answer for one in found if isinstance(one, Found)]
    assert [unseal(renewed, account_id, text or "", ANSWER) for text in told] == [SECRET, SECRET]


def test_the_yard_may_run_meanwhile(
    yard: MemoryYard, reseal: Reseal, renewed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "ROWS_AT_ONCE", 1)
    ids = yard.submit_many(40, GUARDED, payload={"password": SECRET})
    running = yard.claim(*ids[::2])
    results: list[Result] = []

    def work(number: int) -> None:
        if number:
            results.append(reseal("--json"))
            return
        for task in running:
            yard.completes(task)

    in_threads(2, work)
    assert results[0].exit_code == 0, results[0].output
    assert [yard.task(task_id).secrets for task_id in ids[::2]] == [None] * 20
    for task_id in ids[1::2]:
        assert opened(yard.task(task_id), renewed) == {"password": SECRET}


def test_what_older_versions_sealed_gets_the_new_form(
    yard: MemoryYard, reseal: Reseal, renewed: Settings
) -> None:
    own = yard.yard.settings
    sealed = {"site": "a", "password": seal_as_before(own, yard.account.id, SECRET)}
    waiting, completed = guarded(yard), guarded(yard)
    yard.completes(*yard.claim(completed))
    for task_id in (waiting, completed):
        change(yard, task_id, payload=sealed, secrets=None)
    with yard.store.begin() as tx:
        social = add_social_account(tx, own, yard.account.id, "tiktok", "ada")
        text = seal_as_before(own, social.id, {"access_token": SECRET})
        tx.execute(update(social_accounts).values(credential=text))
    assert counts(reseal("--json")) == {"resealed": 3, "current": 0, "lost": 0}
    assert yard.task(waiting).payload == yard.task(completed).payload == {"site": "a"}
    assert opened(yard.task(waiting), renewed) == {"password": SECRET}
    assert yard.task(completed).secrets is None
    with yard.store.read() as tx:
        (account,) = find_named(tx, yard.account.id, "ada")
    assert (account.credential or "").startswith(MARK)
    assert account.opened(renewed) == {"access_token": SECRET}


def test_what_handlers_noted_sealed_is_resealed_too(
    yard: MemoryYard, reseal: Reseal, renewed: Settings
) -> None:
    noted = {"noted": {"tiktok": [{"upload_url": seal(yard.yard.settings, "x", SECRET), "n": 1}]}}
    open_, over = yard.submit(), yard.submit()
    yard.completes(*yard.claim(over))
    for task_id in (open_, over):
        change(yard, task_id, detail=noted)
    assert counts(reseal("--json")) == {"resealed": 1, "current": 0, "lost": 0}
    (note,) = (yard.task(open_).detail or {})["noted"]["tiktok"]
    assert unseal(renewed, "x", note["upload_url"]) == SECRET
    assert note["n"] == 1
    assert yard.task(over).detail == noted


def test_what_no_key_opens_is_named_and_stays(yard: MemoryYard, reseal: Reseal) -> None:
    lost = replace(yard.yard.settings, secret_key=LOST)
    kept, gone, before = guarded(yard), guarded(yard), guarded(yard)
    change(yard, gone, secrets={"password": seal(lost, yard.account.id, SECRET, "password")})
    old = {"password": seal_as_before(lost, yard.account.id, SECRET)}
    change(yard, before, payload=old, secrets=None)
    rows = yard.task(gone), yard.task(before)
    result = reseal()
    assert result.exit_code == 1
    assert f"No key opens task {gone}, password." in result.stderr
    assert f"No key opens task {before}, password." in result.stderr
    assert (yard.task(gone), yard.task(before)) == rows
    assert counts(reseal("--json")) == {"resealed": 0, "current": 1, "lost": 2}
    assert yard.task(kept).secrets


def test_wiped_secrets_and_texts_that_only_look_sealed_stay_as_they_are(
    yard: MemoryYard, reseal: Reseal
) -> None:
    wiped, text = guarded(yard), yard.submit(payload={"text": "sealed:1:AAAA"})
    change(yard, wiped, secrets={})
    result = reseal("--json")
    assert (result.exit_code, counts(result)) == (0, {"resealed": 0, "current": 0, "lost": 0})
    assert yard.task(wiped).secrets == {}
    assert yard.task(text).payload == {"text": "sealed:1:AAAA"}


def test_a_yard_without_rows_has_nothing_to_reseal(yard: MemoryYard, reseal: Reseal) -> None:
    result = reseal()
    assert result.exit_code == 0
    assert result.stdout.split() == ["resealed", "0", "current", "0", "lost", "0"]
    assert yard.statuses() == {}


def test_help_says_what_it_is_for(reseal: Reseal) -> None:
    told = reseal("--help").stdout
    assert "TASKYARD_SECRET_KEYS_OLD" in told
    assert "--json" in told
