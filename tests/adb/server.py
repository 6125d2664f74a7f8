"""An ADB server with telephones behind it, speaking the real protocol on a port of its own.

https://android.googlesource.com/platform/packages/modules/adb/+/HEAD/docs/dev/services.md
"""

from __future__ import annotations

import socket
import socketserver
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from tests.adb import services
from tests.adb.phone import Phone
from tests.adb.wire import Cut, fail, okay, read_request

VERSION = 41
REASONS = {"offline": "device offline", "unauthorized": "device unauthorized."}


class AdbServer:
    """``complaints`` are requests that break the protocol: a test ends with none."""

    def __init__(self) -> None:
        self.phones: dict[str, Phone] = {}
        self.complaints: list[str] = []
        self.may_answer = Event()
        self.may_answer.set()
        self.requests: list[str] = []
        self._open: set[socket.socket] = set()
        self._server: socketserver.ThreadingTCPServer | None = None
        self.port = 0

    @property
    def address(self) -> str:
        """Where it listens, or did."""
        return f"127.0.0.1:{self.port}"

    def add(self, serial: str) -> Phone:
        """Connect one more telephone."""
        return self.phones.setdefault(serial, Phone(serial))

    def start(self) -> None:
        """Listen: anew at the same port, where it did before."""
        server = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                server._serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = int(self._server.server_address[1])
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Listen no more, and end every connection."""
        self.may_answer.set()
        for phone in self.phones.values():
            phone.may_receive.set()
        if self._server is not None:
            self._server.shutdown()
            for link in list(self._open):
                with suppress(OSError):
                    link.shutdown(socket.SHUT_RDWR)
            self._server.server_close()
            self._server = None

    def _serve(self, link: socket.socket) -> None:
        self._open.add(link)
        try:
            self._answer(link)
        except (Cut, OSError):
            pass
        except Exception as error:
            self.complaints.append(repr(error))
        finally:
            self._open.discard(link)

    def _answer(self, link: socket.socket) -> None:
        request = read_request(link)
        self.requests.append(request)
        self.may_answer.wait(60)
        if request == "host:version":
            okay(link, f"{VERSION:04x}")
        elif request == "host:devices":
            okay(link, "".join(f"{p.serial}\t{p.state}\n" for p in self._present()))
        elif request.startswith("host-serial:"):
            serial, _, question = request.removeprefix("host-serial:").rpartition(":")
            phone = self._ready(link, serial)
            okay(link, {"features": phone.features, "get-state": phone.state}[question])
        elif request.startswith("host:tport:serial:"):
            phone = self._ready(link, request.removeprefix("host:tport:serial:"))
            link.sendall(b"OKAY" + struct.pack("<Q", 1))
            self._serve_phone(link, phone)
        elif request.startswith("host:transport:"):
            phone = self._ready(link, request.removeprefix("host:transport:"))
            okay(link)
            self._serve_phone(link, phone)
        else:
            self.complaints.append(f"unknown request {request!r}")
            fail(link, "unknown host service")

    def _serve_phone(self, link: socket.socket, phone: Phone) -> None:
        """One service of the telephone."""
        service = read_request(link)
        if not services.is_known(service, phone):
            self.complaints.append(f"unknown service {service!r}")
            fail(link, f"unknown service {service!r}")
        okay(link)
        services.serve(link, phone, service)

    def _present(self) -> list[Phone]:
        return [phone for phone in self.phones.values() if phone.state != "gone"]

    def _ready(self, link: socket.socket, serial: str) -> Phone:
        phone = {p.serial: p for p in self._present()}.get(serial)
        if phone is None:
            fail(link, f"device '{serial}' not found")
            raise Cut
        if phone.state in REASONS:
            fail(link, REASONS[phone.state])
        return phone


@contextmanager
def adb_server() -> Iterator[AdbServer]:
    """A server that listens, and has nothing to complain of in the end."""
    server = AdbServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
    assert not server.complaints, server.complaints
