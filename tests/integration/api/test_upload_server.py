"""Files on their way in, behind each HTTP server: streamed, and gone where they are refused."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shared.accounts.token import grant_token
from shared.db import Store
from shared.settings import read_settings
from tests.gateway import open_account
from tests.servers import eventually, free_port

MIB = 1024 * 1024
LARGE = 150 * MIB
MOST = 200 * MIB
ALLOWED_GROWTH = 50 * MIB
HEAD = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n"
)
TAIL = b"\r\n--x--\r\n"
PIECE = os.urandom(MIB)


@dataclass
class Gateway:
    """A running gateway, and a token for it."""

    popen: subprocess.Popen[bytes]
    port: int
    token: str
    home: Path

    def headers(self, **more: str) -> dict[str, str]:
        """What every upload is sent with."""
        kind = "multipart/form-data; boundary=x"
        return {"Authorization": f"Bearer {self.token}", "Content-Type": kind, **more}

    def ask(
        self, method: str, path: str, body: Iterable[bytes] | bytes = b"", **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Send one request; an answer that comes before all is sent is one too."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.putrequest(method, path)
            for name, value in self.headers(**headers).items():
                connection.putheader(name, value)
            connection.endheaders()
            try:
                for piece in (body,) if isinstance(body, bytes) else body:
                    connection.send(piece)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the answer is there
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def answers(self) -> bool:
        """Whether it lives."""
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def blobs(self) -> list[Path]:
        """The files in its blob store."""
        return [path for path in (self.home / "blobs").rglob("*") if path.is_file()]

    def memory(self, peak: bool = False) -> int:
        """What its processes hold, or held at the most since `forget_peak`, in bytes."""
        word = "VmHWM:" if peak else "VmRSS:"
        return sum(_kibibytes(pid, word) * 1024 for pid in family(self.popen.pid))

    def forget_peak(self) -> None:
        """Let the kernel note anew how much is held at the most."""
        for pid in family(self.popen.pid):
            Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [pid, *(p for child in children.split() for p in family(int(child)))]


def _kibibytes(pid: int, word: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(word)), 0)


def form(size: int) -> Iterator[bytes]:
    """A form with one file of so many bytes, made as it is sent."""
    yield HEAD
    for start in range(0, size, MIB):
        yield PIECE[: size - start]
    yield TAIL


def length(size: int) -> dict[str, str]:
    """The header that announces `form`."""
    return {"Content-Length": str(len(HEAD) + size + len(TAIL))}


@pytest.fixture(scope="module", params=["granian", "gunicorn"])
def gateway(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    _sqlite_template: Path,
) -> Iterator[Gateway]:
    """A gateway process for the tests of this module; nobody answers for its Redis."""
    home = tmp_path_factory.mktemp(request.param)
    shutil.copyfile(_sqlite_template, home / "taskyard.db")
    port = free_port()
    environment = {
        "TASKYARD_HOME": str(home),
        "TASKYARD_SECRET_KEY": "a secret key for a gateway process, long enough",
        "TASKYARD_REDIS_URL": "redis://127.0.0.1:1/0",
        "TASKYARD_PORT": str(port),
        "TASKYARD_HTTP_SERVER": request.param,
        "TASKYARD_MAX_UPLOAD_BYTES": str(MOST),
    }
    settings = read_settings(environment)
    store = Store(settings.database_url)
    account = open_account(store, "acme")
    with store.begin() as tx:
        token = grant_token(tx, settings, account.id, "buyer")
    store.close()
    popen = subprocess.Popen([sys.executable, "-m", "api"], env=os.environ | environment)
    running = Gateway(popen, port, token, home)
    eventually(running.answers, 60, "the gateway's first answer")
    yield running
    popen.terminate()
    popen.wait(timeout=30)


def test_a_large_file_does_not_pass_through_memory(gateway: Gateway) -> None:
    assert gateway.ask("POST", "/api/upload", form(MIB), **length(MIB))[0] == 200
    before = gateway.memory()
    gateway.forget_peak()

    status, answer = gateway.ask("POST", "/api/upload", form(LARGE), **length(LARGE))

    assert status == 200, answer
    assert gateway.memory(peak=True) - before < ALLOWED_GROWTH
    assert LARGE in [path.stat().st_size for path in gateway.blobs()]


def test_the_same_file_is_kept_once(gateway: Gateway) -> None:
    first = gateway.ask("POST", "/api/upload", form(MIB), **length(MIB))
    there = gateway.blobs()

    assert gateway.ask("POST", "/api/upload", form(MIB), **length(MIB)) == first
    assert gateway.blobs() == there


@pytest.mark.parametrize("announced", [True, False], ids=["with its length", "in chunks"])
def test_an_upload_that_is_cut_leaves_nothing(gateway: Gateway, announced: bool) -> None:
    there = gateway.blobs()
    headers = gateway.headers(
        Host="x", **(length(LARGE) if announced else {"Transfer-Encoding": "chunked"})
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    sent = HEAD + PIECE
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=30) as connection:
        connection.sendall(f"POST /api/upload HTTP/1.1\r\n{head}\r\n".encode())
        connection.sendall(sent if announced else f"{len(sent):x}\r\n".encode() + sent + b"\r\n")
        eventually(lambda: gateway.blobs() != there, what="the beginning of the file")

    eventually(lambda: gateway.blobs() == there, what="its removal")
    assert gateway.answers()


@pytest.mark.parametrize(
    ("headers", "size", "expected"),
    [
        ({"Authorization": "Bearer wrong"}, LARGE, 401),
        ({"folder": "nowhere"}, LARGE, 404),
        ({"Content-Type": "multipart/form-data"}, LARGE, 400),
        ({"Content-Type": "text/plain"}, LARGE, 415),
        ({}, 2 * MOST, 413),
    ],
)
def test_what_is_refused_from_the_start_is_not_read(
    gateway: Gateway, headers: dict[str, str], size: int, expected: int
) -> None:
    there = gateway.blobs()
    begun = iter((HEAD, PIECE))

    status, answer = gateway.ask("POST", "/api/upload", begun, **(length(size) | headers))

    assert (status, answer["success"]) == (expected, False)
    assert gateway.blobs() == there


def test_too_much_in_chunks_is_refused_as_it_comes(gateway: Gateway) -> None:
    there = gateway.blobs()

    def chunks() -> Iterator[bytes]:
        for piece in form(MOST + MIB):
            yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"

    status, answer = gateway.ask(
        "POST", "/api/upload", chunks(), **{"Transfer-Encoding": "chunked"}
    )

    assert (status, answer["error"]["code"]) == (413, "TOO_LARGE")
    assert gateway.blobs() == there


def test_a_folder_named_in_the_form_is_looked_for_before_the_file_is_read(
    gateway: Gateway,
) -> None:
    field = b'--x\r\nContent-Disposition: form-data; name="folderId"\r\n\r\nnowhere\r\n'

    status, answer = gateway.ask(
        "POST", "/v1/documents", iter((field, HEAD, PIECE)), **length(LARGE)
    )

    assert (status, answer["error"]["code"]) == (404, "NOT_FOUND")
