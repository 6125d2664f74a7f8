"""Servers somewhere else, as far as the yard knows: plain ones and with TLS."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Outside:
    """A server that answers as its test says, and remembers what it was asked."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    """Which host each TLS connection asked for."""
    over: Event = field(default_factory=Event)
    """Set when the test is over: slow answers end."""

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        """The address of ``path`` here."""
        return f"{scheme}://{host}:{self.port}{path}"

    def file(self, path: str, content: bytes, status: int = 200, **headers: str) -> str:
        """Answer ``path`` with ``content``; its URL. Words in ``headers`` are joined by ``_``."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            begin(handler, status, {"Content-Length": str(len(content)), **_spelled(headers)})
            handler.wfile.write(content)

        return self.answer(path, answer)

    def redirect(self, path: str, to: str, **headers: str) -> str:
        """Answer ``path`` with a redirect; its URL."""
        return self.file(path, b"", 302, Location=to, **headers)

    def answer(self, path: str, answer: Answer) -> str:
        """Answer ``path`` with whatever ``answer`` does; its URL."""
        self.answers[path] = answer
        return self.url(path)

    def drip(self, path: str, begin_first: bool = True) -> str:
        """Answer ``path`` byte by byte without end: the body, or already the head; its URL."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            if begin_first:
                begin(handler, 200, {"Content-Length": "1000000"})
            while not self.over.wait(0.01):
                handler.wfile.write(b"x")

        return self.answer(path, answer)


def begin(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
    """Send the head of an answer."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()


def _spelled(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@contextmanager
def outside(tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Outside]:
    """A running server at ``host``, on a free port; with ``tls`` it speaks https."""
    here = Outside(0)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append((self.path, dict(self.headers)))
            answer = here.answers.get(self.path)
            with suppress(ConnectionError, TimeoutError, ssl.SSLError):
                if answer:
                    answer(self)
                else:
                    self.send_error(404)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = False

        def handle_error(self, *_: Any) -> None:
            """A caller went away, or did not like the certificate."""

    server = Server((host, 0), Handler)
    here.port = server.server_address[1]
    if tls:
        tls.sni_callback = lambda _socket, name, _context: here.names.append(name)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield here
    finally:
        here.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class Certified:
    """A certificate for one name, for both sides."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def certified(name: str, folder: Path) -> Certified:
    """A certificate that ``name`` has signed for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(file)
    return Certified(server, ssl.create_default_context(cafile=str(file)))
