"""Who needs no credential, as real HTTP servers tell a request: its peer, its Host, its headers."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.db import Store
from tests.operators import TASK, subscriber
from tests.process import YardProcess
from tests.servers import eventually, free_port

SECRET_KEY = "a secret key for a gateway process, long enough"


@dataclass(frozen=True)
class Server:
    """A gateway process with a local account."""

    port: int

    def send(self, *lines: str) -> tuple[int, int]:
        """The status and the code of the answer to a request of these lines."""
        request = "\r\n".join([*lines, "Connection: close", "", ""]).encode()
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(request)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        status = int(head.split()[1])
        try:
            return status, int(json.loads(body)["code"])
        except (ValueError, KeyError):
            return status, -1  # not this dialect's answer

    def answers(self) -> bool:
        """Whether it lives."""
        try:
            return self.send("GET /healthz HTTP/1.1", "Host: localhost")[0] == 200
        except OSError:
            return False


@pytest.fixture(scope="module", params=["granian", "gunicorn"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A gateway process on its own SQLite file; nobody answers for its Redis."""
    if request.param == "gunicorn":
        pytest.importorskip("gunicorn")
    home, port = tmp_path_factory.mktemp("local"), free_port()
    template: Path = request.getfixturevalue("_sqlite_template")
    (home / "taskyard.db").write_bytes(template.read_bytes())
    environ = {
        "TASKYARD_HOME": str(home),
        "TASKYARD_SECRET_KEY": SECRET_KEY,
        "TASKYARD_REDIS_URL": "redis://127.0.0.1:1/0",
        "TASKYARD_PORT": str(port),
        "TASKYARD_HTTP_SERVER": request.param,
        "TASKYARD_LOCAL_ACCOUNT": "demo",
    }
    store = Store(f"sqlite:///{home / 'taskyard.db'}")
    subscriber(store, "demo")
    store.close()
    process = YardProcess(["-m", "api"], environ, home / "log")
    try:
        running = Server(port)
        eventually(running.answers, 60, "the gateway's first answer")
        yield running
    finally:
        process.end()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000"])
def test_who_asks_on_this_machine_is_let_in(server: Server, host: str) -> None:
    assert server.send(f"GET {TASK} HTTP/1.1", f"Host: {host}") == (200, 0)


@pytest.mark.parametrize(
    "lines",
    [
        ("Host: evil.example",),
        ("Host: localhost", "Origin: http://evil.example"),
        ("Host: localhost", "oRiGiN: null"),
        ("Host: localhost", "Origin:"),
        ("Host: localhost", "X-Forwarded-For: 127.0.0.1"),
        ("Host: localhost", "X-Forwarded-Whatever: x"),
        ("Host: localhost", "Forwarded: for=127.0.0.1"),
        ("Host: localhost", "X-Real-IP: 127.0.0.1"),
        ("Host: localhost", "Via: 1.1 proxy"),
        ("Host: localhost", "Sec-Fetch-Site: cross-site"),
        ("Host: localhost", "Authorization: Bearer nonsense"),
        ("Host: localhost", "Authorization:"),
    ],
    ids=range(12),
)
def test_who_asks_for_somebody_else_is_not(server: Server, lines: tuple[str, ...]) -> None:
    assert server.send(f"GET {TASK} HTTP/1.1", *lines) == (401, 40101)


@pytest.mark.parametrize(
    "lines",
    [
        (f"GET {TASK} HTTP/1.1",),
        (f"GET {TASK} HTTP/1.0",),
        (f"GET {TASK} HTTP/1.1", "Host: localhost", "Host: evil.example"),
        (f"GET {TASK} HTTP/1.1", "Host: evil.example", "Host: localhost"),
        (f"GET http://evil.example{TASK} HTTP/1.1", "Host: evil.example"),
    ],
    ids=range(5),
)
def test_a_request_without_a_host_of_this_machine_is_not_let_in(
    server: Server, lines: tuple[str, ...]
) -> None:
    assert server.send(*lines)[0] in (400, 401)
