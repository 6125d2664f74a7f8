"""A receiver of notices that answers as its test says, and remembers every request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import orjson
from standardwebhooks.webhooks import Webhook, WebhookVerificationError


@dataclass(frozen=True)
class Request:
    """What came: ``headers`` with names in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The delivery's."""
        return self.headers["webhook-id"]

    @property
    def said(self) -> Any:
        """The body."""
        return orjson.loads(self.body)

    def is_signed_by(self, secret: str) -> bool:
        """Whether the official library says so."""
        try:
            Webhook(secret).verify(self.body, dict(self.headers))
        except WebhookVerificationError:
            return False
        return True


Answer = Callable[[Request], tuple[int, dict[str, str]]]


def taken(_: Request) -> tuple[int, dict[str, str]]:
    """It took the notice."""
    return 204, {}


@dataclass
class Receiver:
    """``answer`` says what it answers; unless it is ``open``, requests wait unanswered."""

    port: int = 0
    answer: Answer = taken
    requests: list[Request] = field(default_factory=list)
    open: Event = field(default_factory=Event)
    text: bytes = b""

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        """The address of ``path`` here."""
        return f"http://{host}:{self.port}{path}"

    def says(self, status: int, **headers: str) -> None:
        """Answer so from now on."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = lambda _: (status, named)

    def at(self, path: str) -> list[Request]:
        """What came to ``path``."""
        return [request for request in self.requests if request.path == path]

    @property
    def counted(self) -> Counter[str]:
        """How often each delivery came."""
        return Counter(request.id for request in self.requests)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port of this machine."""
    here = Receiver()
    here.open.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            named = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.path, named, body)
            here.requests.append(request)
            here.open.wait(30)
            status, headers = here.answer(request)
            with suppress(ConnectionError):
                self.send_response(status)
                for name, value in {"Content-Length": str(len(here.text)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(here.text)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    server = Server(("127.0.0.1", 0), Handler)
    here.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield here
    finally:
        here.open.set()
        server.shutdown()
        thread.join()
        server.server_close()
