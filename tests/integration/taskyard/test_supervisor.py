"""Processes are kept running and stopped in order. The children here are real, and tiny."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest

from taskyard.child import Child
from taskyard.log_prefix import LogStream
from taskyard.process import Process, Rank
from taskyard.ready_socket import ReadySocket
from taskyard.supervisor import Supervisor
from tests.servers import eventually
from tests.yard import is_alive, session_members

SLEEP = "import time; time.sleep(60)"
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('deaf', flush=True); time.sleep(60)"
)
POLITE = (
    "import signal, sys, time;"
    "signal.signal(signal.SIGTERM, lambda *_: sys.exit(print('NAME stops', flush=True)));"
    "print('NAME runs', flush=True); time.sleep(60)"
)
PARENT = (
    "import subprocess, sys, time;"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "print('has a child', flush=True); time.sleep(60)"
)
READY = "from shared.ready_notice import tell_ready; import time; tell_ready(); time.sleep(60)"


class Yard:
    """A supervisor with its log and the deaths that it told of."""

    def __init__(self, folder: Path) -> None:
        self.out = StringIO()
        self.stream = LogStream(self.out)
        self.lost: list[str] = []
        self.changes = 0
        self.supervisor = Supervisor(self.stream, self._note_loss, self._note_change)
        self._folder = folder

    def child(
        self, name: str, code: str, *, rank: Rank = Rank.WORKER, stop_seconds: float = 5.0
    ) -> Child:
        """A child that runs ``code``."""
        process = Process(
            name=name,
            command=(sys.executable, "-c", code),
            rank=rank,
            stop_seconds=stop_seconds,
            tells_ready=code == READY,
        )
        notices = ReadySocket(self._folder / name) if process.tells_ready else None
        return Child(process, os.environ, self.stream, notices)

    def _note_loss(self, child: Child) -> None:
        self.lost.append(child.name)

    def _note_change(self) -> None:
        self.changes += 1


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    """A yard of tiny processes, all ended when the test is over."""
    made = Yard(tmp_path)
    yield made
    for child in made.supervisor.children:
        child.end()
        child.close()


@pytest.fixture
def handlers() -> Iterator[None]:
    """The test's own signal handlers, back in place afterwards."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def family_of(child: Child) -> set[int]:
    assert child.pid is not None
    return session_members({child.pid})


def soon(condition: Callable[[], object]) -> Callable[[], bool]:
    """``condition``, which fails the test when it takes too long to come true."""
    timer = threading.Event()
    threading.Timer(15, timer.set).start()

    def holds() -> bool:
        assert not timer.is_set(), "it took too long"
        return bool(condition())

    return holds


def test_a_dead_process_is_told_of_and_then_started_again(yard: Yard) -> None:
    child = yard.child("a", SLEEP)
    yard.supervisor.start([child])
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    assert yard.supervisor.watch(soon(lambda: child.starts == 2))
    assert yard.lost == ["a"]
    assert "a was killed (SIGKILL) and will be started again" in yard.out.getvalue()


def test_what_a_dead_process_left_behind_is_ended(yard: Yard) -> None:
    child = yard.child("a", PARENT)
    yard.supervisor.start([child])
    eventually(lambda: "has a child" in yard.out.getvalue())
    family = family_of(child)
    assert len(family) == 2
    os.kill(child.pid or 0, signal.SIGKILL)
    assert yard.supervisor.watch(soon(lambda: child.starts == 2))
    eventually(lambda: not any(map(is_alive, family)))


def test_a_process_that_ends_by_itself_is_started_again_ever_later(yard: Yard) -> None:
    child = yard.child("a", "raise SystemExit(3)")
    yard.supervisor.start([child])
    assert yard.supervisor.watch(soon(lambda: child.starts == 3))
    assert "a ended with exit code 3" in yard.out.getvalue()


def test_a_process_says_itself_when_it_is_ready(yard: Yard) -> None:
    child = yard.child("a", READY)
    yard.supervisor.start([child])
    assert not child.is_ready
    assert yard.supervisor.watch(soon(lambda: child.is_ready))


def test_processes_stop_in_the_order_of_their_ranks(yard: Yard) -> None:
    names = {"valkey": Rank.BROKER, "gateway": Rank.GATEWAY, "worker": Rank.WORKER}
    yard.supervisor.start(
        yard.child(name, POLITE.replace("NAME", name), rank=rank) for name, rank in names.items()
    )
    eventually(lambda: yard.out.getvalue().count("runs") == 3)
    yard.supervisor.stop()
    eventually(lambda: yard.out.getvalue().count("stops") == 3)
    order = [line.split()[-2] for line in yard.out.getvalue().splitlines() if "stops" in line]
    assert order == ["worker", "gateway", "valkey"]


def test_a_process_that_does_not_stop_is_ended(yard: Yard) -> None:
    child = yard.child("a", DEAF, stop_seconds=0.3)
    yard.supervisor.start([child])
    eventually(lambda: "deaf" in yard.out.getvalue())
    family = family_of(child)
    yard.supervisor.stop()
    assert not any(map(is_alive, family))


def test_a_signal_stops_the_watch_and_a_second_one_ends_everything_at_once(
    yard: Yard, handlers: None
) -> None:
    child = yard.child("a", DEAF, stop_seconds=60)
    yard.supervisor.listen_to_signals()
    yard.supervisor.start([child])
    eventually(lambda: "deaf" in yard.out.getvalue())
    signal.raise_signal(signal.SIGTERM)
    assert yard.supervisor.watch() is False
    signal.raise_signal(signal.SIGTERM)
    family = family_of(child)
    yard.supervisor.stop()
    assert not any(map(is_alive, family))


def test_a_program_that_cannot_be_started_is_tried_again(yard: Yard, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o700)
    process = Process(name="a", command=(str(program),), rank=Rank.WORKER)
    child = Child(process, os.environ, yard.stream)
    yard.supervisor.start([child])
    program.chmod(0o600)
    program.rename(tmp_path / "elsewhere")
    assert yard.supervisor.watch(soon(lambda: "a cannot be started" in yard.out.getvalue()))
    (tmp_path / "elsewhere").rename(program)
    program.chmod(0o700)
    starts = child.starts
    assert yard.supervisor.watch(soon(lambda: child.starts > starts))
