"""The parts of ``taskyard chaos`` that touch processes, sockets and the broker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from signal import Signals

import pytest

from shared.broker.celery_broker import redis_client
from shared.errors import Unavailable
from shared.settings import Settings
from shared.tasks.messages import Message
from shared.yard import open_yard
from taskyard.chaos.later import Later
from taskyard.chaos.leftovers import waiting_ids
from taskyard.chaos.signals import children, send, send_all, stopped
from taskyard.chaos.target import Target
from taskyard.chaos.wire import Wire
from taskyard.up_record import RecordedProcess, born
from tests.servers import ValkeyServer, eventually, free_port

ID = "01a20070-879d-75c3-bed3-7d2ed0edc97e"
HOLD = """
import sys, time
from taskyard.chaos.signals import stopped
from taskyard.up_record import RecordedProcess
with stopped(RecordedProcess(name="x", pid=int(sys.argv[1]), born=sys.argv[2], starts=1,
                             is_ready=True, pool=None), whole=True):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def sleeper() -> Iterator[RecordedProcess]:
    """A process with a session of its own and a child in it."""
    command = ("/bin/sh", "-c", "sleep 600 & wait")
    with subprocess.Popen(command, start_new_session=True) as process:
        victim = RecordedProcess(
            name="sleeper",
            pid=process.pid,
            born=born(process.pid),
            starts=1,
            is_ready=True,
            pool=None,
        )
        eventually(lambda: children(victim), what="its child")
        try:
            yield victim
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def state(pid: int | None) -> str:
    """The kernel's letter for what the process does: S sleeps, T is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_process_that_was_born_at_another_time_is_let_alone(sleeper: RecordedProcess) -> None:
    stranger = replace(sleeper, born="another boot/1")
    assert not send(stranger, Signals.SIGSTOP)
    assert not send_all(stranger, Signals.SIGSTOP)
    with stopped(stranger, whole=True) as is_stopped:
        assert not is_stopped
    assert children(stranger) == []
    assert state(sleeper.pid) == "S"


@pytest.mark.parametrize("pid", [None, 2**22 + 1])
def test_a_process_that_is_gone_is_no_error(pid: int | None, sleeper: RecordedProcess) -> None:
    gone = replace(sleeper, pid=pid)
    assert not send(gone, Signals.SIGKILL)
    assert not send_all(gone, Signals.SIGKILL)


@pytest.mark.parametrize(("whole", "child"), [(True, "T"), (False, "S")])
def test_what_is_stopped_goes_on_at_the_end_of_the_block(
    sleeper: RecordedProcess, whole: bool, child: str
) -> None:
    with stopped(sleeper, whole=whole) as is_stopped:
        assert is_stopped
        eventually(lambda: state(sleeper.pid) == "T")
        eventually(lambda: state(children(sleeper)[0]) == child)
    eventually(lambda: state(sleeper.pid) == state(children(sleeper)[0]) == "S")


def test_what_is_stopped_goes_on_even_when_chaos_itself_is_killed(sleeper: RecordedProcess) -> None:
    command = (sys.executable, "-c", HOLD, str(sleeper.pid), sleeper.born)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            eventually(lambda: state(sleeper.pid) == "T")
        finally:
            holder.kill()
    eventually(lambda: state(sleeper.pid) == "S", what="its going on")


def test_a_gateway_that_is_not_there_was_never_asked() -> None:
    reply = Wire(f"http://127.0.0.1:{free_port()}", "key").ask("GET", "/")
    assert (reply.status, reply.was_sent) == (0, False)


def test_a_gateway_that_hangs_up_may_have_heard() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=hang_up, args=(server,), daemon=True).start()
        reply = Wire(f"http://127.0.0.1:{server.getsockname()[1]}", "key").ask("GET", "/")
    assert (reply.status, reply.was_sent) == (0, True)


def hang_up(server: socket.socket) -> None:
    """Take one request and say nothing."""
    connection, _ = server.accept()
    connection.recv(1024)
    connection.close()


def test_later_things_are_done_in_order_of_time_and_waited_for() -> None:
    done: list[int] = []
    later = Later()
    later.put(0.2, lambda: done.append(2))
    later.put(0.1, lambda: done.append(1))
    later.finish(10)
    assert done == [1, 2]


def test_a_hanging_thing_is_not_waited_for_longer_than_asked() -> None:
    later = Later()
    later.put(0, lambda: time.sleep(5))
    begun = time.monotonic()
    later.finish(0.1)
    assert time.monotonic() - begun < 4


def test_the_ids_of_waiting_messages_are_read(settings: Settings, valkey: str) -> None:
    yard = open_yard(settings)
    redis = redis_client(valkey)
    target = Target(yard, "", redis)
    try:
        assert waiting_ids(target) == frozenset()
        assert yard.broker.publish([Message("ECHO", "echo", (ID,))])
        redis.lpush("echo", b"not a message of ours", b'{"body": "W10="}')
        assert waiting_ids(target) == {ID}
    finally:
        redis.close()
        yard.broker.close()
        yard.store.close()


def test_a_broker_that_is_away_cannot_be_looked_into(
    settings: Settings, own_valkey: ValkeyServer
) -> None:
    redis = redis_client(own_valkey.url)
    yard = open_yard(settings)
    own_valkey.kill()
    with pytest.raises(Unavailable):
        waiting_ids(Target(yard, "", redis))
    redis.close()
    yard.broker.close()
    yard.store.close()
