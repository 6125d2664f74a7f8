"""A whole yard on this machine: brought up, kept up, and taken down in order."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from shared import logs
from shared.errors import SettingsError, Unavailable
from shared.migrations.upgrade import upgrade
from shared.notices import settling
from shared.settings import read_settings
from shared.tasks import dispatch
from shared.tasks.loss import Cause
from shared.yard import open_yard
from taskyard import again, embedded_valkey
from taskyard.address_table import address_table
from taskyard.child import Child
from taskyard.demo import ensure_demo
from taskyard.environment import child_environ, has_embedded_valkey, home_of
from taskyard.flower import WorkerList
from taskyard.home import kept_secret, locked, open_home
from taskyard.log_prefix import LogStream
from taskyard.probe import url_of
from taskyard.process import FLOWER_USER, Process, broker_process, yard_processes
from taskyard.readiness import Readiness
from taskyard.ready_socket import ReadySocket
from taskyard.supervisor import Supervisor
from taskyard.up_record import UpRecord, born, end_leftovers, record_file, recorded, write_record

BROKER_SECONDS = 30.0
"""A large append-only file takes a while to load."""


def bring_up(environ: Mapping[str, str], pools: Sequence[str] = ()) -> None:
    """Run the yard (its ``pools``, all by default) until it is asked to stop.

    `SettingsError` or `Unavailable` where it cannot begin.
    """
    home = home_of(environ)
    open_home(home)
    with locked(home), tempfile.TemporaryDirectory(prefix="taskyard-") as sockets:
        end_leftovers(home)
        Up(child_environ(environ, Path.cwd()), environ, Path(sockets)).run(pools)


class Up:
    """One run of a yard; ``environ`` is what its processes get, ``given`` what we got."""

    def __init__(self, environ: Mapping[str, str], given: Mapping[str, str], sockets: Path) -> None:
        self._began_at = time.monotonic()
        self._environ = environ
        self._sockets = sockets
        self.settings = read_settings(environ)
        self._has_broker = has_embedded_valkey(self.settings, given)
        self._stream = _stream(self.settings.log_format == "json")
        self._supervisor = Supervisor(self._stream, self._lost, self._record)
        self._yard = open_yard(self.settings, pool_size=2)

    def run(self, pools: Sequence[str]) -> None:
        """Everything from the first process to the last."""
        pools = self._chosen(pools)
        logs.configure(self.settings, "yard")
        password = kept_secret(self.settings.home / "flower_password", 18)
        processes = yard_processes(self.settings, pools, password)
        self._stream.width = max(len(process.name) for process in processes)
        with self._stopped_at_last():
            self._start_broker()
            upgrade(self._yard.store)
            demo_key = ensure_demo(self._yard.store, self.settings)
            for process in processes:
                self._give_back(process)  # what an earlier life held that nobody saw end
            if not self._await_broker():
                return
            self._supervisor.start([self._child(process) for process in processes])
            listed = self._listed(password, len(pools))
            if self._supervisor.watch(self._ready()) and self._supervisor.watch(listed):
                seconds = time.monotonic() - self._began_at
                self._stream.print(
                    address_table(
                        self.settings,
                        pools,
                        flower_password=password,
                        demo_key=demo_key,
                        command=again.words(self.settings.home, Path.cwd()),
                        seconds=seconds,
                    )
                )
            self._supervisor.watch()

    @contextmanager
    def _stopped_at_last(self) -> Iterator[None]:
        """Whatever happens in the block, no process outlives it."""
        self._supervisor.listen_to_signals()
        try:
            yield
        finally:
            self._supervisor.stop()
            record_file(self.settings.home).unlink(missing_ok=True)
            self._yard.broker.close()
            self._yard.store.close()

    def _chosen(self, pools: Sequence[str]) -> Sequence[str]:
        known = self._yard.registry.pools
        unknown = [pool for pool in pools if pool not in known]
        if unknown:
            raise SettingsError(
                f"There is no pool {', '.join(unknown)}; there are: {', '.join(known) or 'none'}."
            )
        return pools or known

    def _start_broker(self) -> None:
        if self._has_broker:
            embedded_valkey.prepare(self.settings.home)
            self._supervisor.start([self._child(broker_process(self.settings))])

    def _await_broker(self) -> bool:
        """Whether the embedded broker answers (or there is none); False when asked to stop."""
        end = time.monotonic() + BROKER_SECONDS

        def answers() -> bool:
            if time.monotonic() > end:
                raise Unavailable(
                    f"The embedded Valkey did not answer within {BROKER_SECONDS:g} s."
                )
            return embedded_valkey.is_answering(self.settings.home)

        return not self._has_broker or self._supervisor.watch(answers)

    def _child(self, process: Process) -> Child:
        notices = None
        if process.tells_ready:
            notices = ReadySocket(self._sockets / f"{process.name}.sock")
        return Child(process, self._environ, self._stream, notices)

    def _ready(self) -> Callable[[], bool]:
        pages = {
            "gateway": f"{self._url}/readyz",
            "flower": f"{self._flower_url}/healthcheck",
        }

        def tell(sentence: str) -> None:
            self._stream.write("yard", sentence)

        return Readiness(self._supervisor.children, pages, tell=tell).is_complete

    def _listed(self, password: str, workers: int) -> Callable[[], bool]:
        """Whether Flower knows the workers; asked only when they are ready to answer it."""
        credential = f"{FLOWER_USER}:{password}"
        return WorkerList(self._flower_url, credential, workers).is_made

    @property
    def _url(self) -> str:
        return url_of(self.settings.host, self.settings.port)

    @property
    def _flower_url(self) -> str:
        return url_of("127.0.0.1", self.settings.flower_port)

    def _lost(self, child: Child) -> None:
        self._give_back(child.process)

    def _give_back(self, process: Process) -> None:
        """A process is dead: what it ran or sent is done again at once, not when leases lapse."""
        holder, sender = process.holder, process.sender
        try:
            if holder is not None:
                dispatch.lose(self._yard, holder, Cause.LEASE_LAPSED, actor="taskyard up")
            if sender is not None:
                self._yard.store.transact(lambda tx: settling.lose(tx, sender))
        except Unavailable as error:
            self._stream.write(
                "yard", f"leases of {process.name} will lapse by themselves: {error}"
            )

    def _record(self) -> None:
        record = UpRecord(
            pid=os.getpid(),
            born=born(os.getpid()),
            url=self._url,
            flower_url=self._flower_url,
            processes=recorded(self._supervisor.children),
        )
        write_record(self.settings.home, record)


def _stream(is_json: bool) -> LogStream:
    is_coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return LogStream(sys.stdout, is_coloured=is_coloured, is_json=is_json)
