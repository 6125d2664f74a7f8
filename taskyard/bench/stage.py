"""Where a run takes place: a temporary folder with a store and a Valkey, removed at the end."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from sqlalchemy import text

from shared.db import Store
from shared.migrations.upgrade import upgrade
from shared.settings import Settings, embedded_redis_socket, read_settings
from taskyard import embedded_valkey
from taskyard.bench.child import Child
from taskyard.bench.postgres import postgres

TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
ON_DISK = Path("/var/tmp")  # noqa: S108 - a folder with a random name is made in it
"""Not the usual folder, which is often in memory: fsync costs nothing there."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The servers of one store's run, and the environment that leads to them."""

    kind: str
    folder: Path
    settings: Settings
    environ: Mapping[str, str]
    store: Store

    @property
    def title(self) -> str:
        """The store's name."""
        return TITLES[self.kind]

    def log_file(self, name: str) -> Path:
        """Where the output of the process called ``name`` goes."""
        return self.folder / f"{name}.log"

    def redis_url(self, database: int) -> str:
        """The Valkey as Celery's users would name it; the yard's own is database 0."""
        return f"{self.settings.redis_url}?virtual_host={database}"

    def flush(self) -> None:
        """Empty the Valkey."""
        with Redis(unix_socket_path=str(embedded_redis_socket(self.settings.home))) as client:
            client.flushall()


@contextmanager
def open_stage(kind: str) -> Iterator[Stage]:
    """A stage with empty servers; whatever happens, they are stopped and their data removed."""
    folder = Path(tempfile.mkdtemp(prefix="taskyard-bench-", dir=_parent()))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        url = f"sqlite:///{folder / 'yard.db'}"
        if kind == "postgresql":
            url = stack.enter_context(postgres(folder / "postgresql"))
        environ = _environ(folder, url)
        settings = read_settings(environ)
        stack.callback(_valkey(folder, settings, environ).stop)
        store = Store(url, pool_size=2)
        stack.callback(store.close)
        upgrade(store)
        yield Stage(kind, folder, settings, environ, store)


def _parent() -> Path | None:
    is_chosen = "TMPDIR" in os.environ or not os.access(ON_DISK, os.W_OK)
    return None if is_chosen else ON_DISK


def _environ(folder: Path, database_url: str) -> dict[str, str]:
    """The environment of every process: nothing of the user's own yard leads into it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TASKYARD_", "CELERY_"))}
    own = {
        "HOME": str(folder),
        "DATABASE_URL": database_url,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "PORT": str(_free_port()),
        "LOG_LEVEL": "WARNING",
    }
    return {**kept, **{f"TASKYARD_{name}": value for name, value in own.items()}}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _valkey(folder: Path, settings: Settings, environ: Mapping[str, str]) -> Child:
    embedded_valkey.prepare(folder)
    command = embedded_valkey.valkey_command(folder)
    child = Child("valkey", command, folder / "valkey.log", environ)
    try:
        child.await_ready(lambda: embedded_valkey.is_answering(settings.home))
    except BaseException:
        child.stop()
        raise
    return child


def store_facts(store: Store) -> str:
    """What decides the store's speed, in its own words."""
    if store.dialect == "postgresql":
        ask, names = "SHOW {}", ["server_version", "fsync", "synchronous_commit"]
    else:
        ask, names = "PRAGMA {}", ["journal_mode", "synchronous"]
    with store.read() as tx:
        told = [tx.execute(text(ask.format(name))).scalar_one() for name in names]
    return ", ".join(f"{name} {value}" for name, value in zip(names, told, strict=True))
