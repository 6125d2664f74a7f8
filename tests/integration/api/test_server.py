"""The gateway as a process, behind each HTTP server."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.server import require_free
from shared.accounts.token import grant_token
from shared.db import Store
from shared.errors import SettingsError
from shared.settings import read_settings
from tests.gateway import TASKS, open_account
from tests.servers import eventually, free_port

SECRET_KEY = "a secret key for a gateway process, long enough"
ECHO = {"type": "ECHO", "content": "hello"}


@dataclass
class Listening:
    """A stream that is open."""

    connection: http.client.HTTPConnection
    answer: http.client.HTTPResponse

    def line(self, start: str) -> str:
        """The next line that begins so; "" where the stream ends first."""
        while line := self.answer.readline():
            if line.decode().startswith(start):
                return line.decode()
        return ""

    def close(self) -> None:
        """Go away."""
        self.answer.close()
        self.connection.close()


@dataclass
class Process:
    """A running gateway and a token for it."""

    popen: subprocess.Popen[bytes]
    port: int
    token: str
    environment: dict[str, str]

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Send one request on a connection of its own."""
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        payload = json.dumps(body) if isinstance(body, dict) else body
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, payload, {**sent, **headers}, encode_chunked=True)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def listen(self) -> Listening:
        """Open a stream of events."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(
            "GET", "/api/v1/events", headers={"Authorization": f"Bearer {self.token}"}
        )
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        stream = Listening(connection, answer)
        stream.line("retry:")
        return stream

    def answers(self) -> bool:
        """Whether it lives."""
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except OSError:
            return False


@pytest.fixture(params=["granian", "gunicorn"])
def process(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_store: Store
) -> Iterator[Process]:
    """A gateway process on its own SQLite file; nobody answers for its Redis."""
    if request.param == "gunicorn":
        pytest.importorskip("gunicorn")
    port = free_port()
    environment = {
        "TASKYARD_HOME": str(tmp_path),
        "TASKYARD_SECRET_KEY": SECRET_KEY,
        "TASKYARD_DATABASE_URL": sqlite_store.url,
        "TASKYARD_REDIS_URL": "redis://127.0.0.1:1/0",
        "TASKYARD_PORT": str(port),
        "TASKYARD_HTTP_SERVER": request.param,
        "TASKYARD_STREAM_SEATS": "1",
    }
    account = open_account(sqlite_store, "acme")
    with sqlite_store.begin() as tx:
        token = grant_token(tx, read_settings(environment), account.id, "buyer")
    whole = os.environ | environment
    popen = subprocess.Popen([sys.executable, "-m", "api"], env=whole)
    running = Process(popen, port, token, whole)
    eventually(running.answers, 60, "the gateway's first answer")
    yield running
    if popen.poll() is None:
        popen.terminate()
        popen.wait(timeout=30)


def test_it_takes_a_task_and_shows_it(process: Process) -> None:
    status, receipt = process.ask("POST", TASKS, ECHO)

    assert status == 201
    assert process.ask("GET", f"{TASKS}/{receipt['taskId']}")[1]["content"] == "hello"


def test_a_body_in_chunks_is_measured(process: Process) -> None:
    small = iter([b'{"type":"ECHO",', b'"content":"x"}'])
    assert process.ask("POST", TASKS, small, **{"Transfer-Encoding": "chunked"})[0] == 201

    large = (b" " * 65536 for _ in range(160))
    try:
        status, body = process.ask("POST", TASKS, large, **{"Transfer-Encoding": "chunked"})
        assert (status, body["code"]) == (413, "BODY_TOO_LARGE")
    except (BrokenPipeError, ConnectionResetError):
        # The server may close while the client still sends; nothing was accepted either way.
        assert process.answers()


def test_told_to_stop_it_answers_who_waits_and_ends(process: Process) -> None:
    task_id = process.ask("POST", TASKS, ECHO)[1]["taskId"]
    told: list[tuple[int, dict[str, Any]]] = []
    waiting = threading.Thread(
        target=lambda: told.append(process.ask("GET", f"{TASKS}/{task_id}?wait=30"))
    )
    waiting.start()
    time.sleep(0.5)  # there is no sign from outside that the poll has begun

    began = time.monotonic()
    process.popen.send_signal(signal.SIGTERM)
    process.popen.wait(timeout=25)
    waiting.join()

    assert process.popen.returncode == 0
    assert time.monotonic() - began < 15
    assert [status for status, _ in told] == [200]


def test_a_second_gateway_at_the_same_address_says_so_and_ends(process: Process) -> None:
    second = subprocess.run(
        process.popen.args,
        env=process.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert second.returncode == 2
    assert f"127.0.0.1:{process.port}" in second.stderr
    assert process.answers()


def test_killed_it_leaves_nobody_behind_at_its_address(process: Process) -> None:
    process.popen.kill()
    process.popen.wait()

    eventually(lambda: is_free(process.port), 10, "the end of the killed gateway's children")


def is_free(port: int) -> bool:
    """Whether nobody listens there."""
    try:
        require_free("127.0.0.1", port)
    except SettingsError:
        return False
    return True


def test_a_stream_is_told_at_once_and_one_that_nobody_reads_leaves_its_seat(
    process: Process,
) -> None:
    first = process.listen()
    receipt = process.ask("POST", TASKS, ECHO)[1]
    assert receipt["taskId"] in first.line("data:")
    first.close()

    streams: list[Listening] = []

    def has_seat() -> bool:
        with suppress(AssertionError):
            streams.append(process.listen())
        return bool(streams)

    eventually(has_seat, 10, "the only seat's being free, long before the next sign of life")
    second = streams[0]
    began = time.monotonic()
    process.popen.send_signal(signal.SIGTERM)
    process.popen.wait(timeout=25)

    assert process.popen.returncode == 0
    assert time.monotonic() - began < 10
    assert second.line("data:") == ""
    second.close()
