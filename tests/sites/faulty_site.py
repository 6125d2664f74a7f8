"""A platform's server for contract tests: it checks what it is asked, and misbehaves on demand."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, TypeVar
from urllib.parse import SplitResult, parse_qs, urlsplit

S = TypeVar("S", bound="FaultySite")
FILES = "/files/"


@dataclass(frozen=True)
class Reply:
    """A status and the JSON to answer with; bytes are sent as they are, with their own type."""

    status: int
    content: Mapping[str, Any] | Sequence[Any] | bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """What to do instead of answering: another reply, or none.

    ``after`` says that the request is carried out first.
    """

    reply: Reply | None = None
    after: bool = False
    slow: bool = False
    midway: bool = False
    """The connection ends while the request's body is on its way."""


CUT = Fault()
CUT_AFTER = Fault(after=True)
CUT_MIDWAY = Fault(midway=True)
SLOW = Fault(slow=True)
SLOW_AFTER = Fault(slow=True, after=True)


def broken(after: bool = False) -> Fault:
    """A status 500 without any word; with ``after`` although all was done."""
    return Fault(Reply(500, {}), after=after)


class Wrong(Exception):
    """A request that the published API does not allow."""


@dataclass
class Asked:
    """One request."""

    method: str
    url: SplitResult
    headers: Mapping[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query."""
        return {name: values[0] for name, values in parse_qs(self.url.query).items()}

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form in the body."""
        if self.headers.get("Content-Type") != "application/x-www-form-urlencoded":
            raise Wrong(f"not a form: {self.headers.get('Content-Type')}")
        given = parse_qs(self.body.decode(), keep_blank_values=True, strict_parsing=bool(self.body))
        return {name: values[0] for name, values in given.items()}

    @property
    def json(self) -> dict[str, Any]:
        """The JSON object in the body."""
        if self.headers.get("Content-Type") != "application/json; charset=UTF-8":
            raise Wrong(f"not JSON: {self.headers.get('Content-Type')}")
        given = json.loads(self.body)
        if not isinstance(given, dict):
            raise Wrong("not an object")
        return given


class FaultySite:
    """What all of them have. ``calls`` are the names of the calls that came, in order."""

    def __init__(self) -> None:
        self.url = ""
        self.files: dict[str, tuple[str, bytes]] = {}
        """What is to be seen below `FILES`: a media type and the content."""
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.calls: list[str] = []
        self.wrong: list[str] = []
        self.over = Event()
        self.lock = Lock()

    def misbehave(self, call: str, *faults: Fault) -> None:
        """Do that at the next requests of the name."""
        self.faults[call].extend(faults)

    def count(self, call: str) -> int:
        """How often ``call`` was asked."""
        return self.calls.count(call)

    def named(self, asked: Asked) -> str:
        """What the API calls the request; `Wrong` where it knows none such."""
        raise NotImplementedError

    def carried_out(self, call: str, asked: Asked) -> Reply:
        """Check the request, and do it."""
        raise NotImplementedError

    def interrupted(self, call: str, asked: Asked) -> None:
        """What is kept of a request whose connection ended on the way; usually nothing."""

    def refusal(self, message: str) -> Reply:
        """The answer to a request that is wrong."""
        raise NotImplementedError

    def expect(self, holds: bool, what: str) -> None:
        """Have it that ``what`` is kept."""
        if not holds:
            raise Wrong(what)


class Handler(BaseHTTPRequestHandler):
    """Hands requests to the site."""

    site: FaultySite
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits 40 ms between its head and its body

    def do_GET(self) -> None:
        """Any method does the same."""
        with suppress(ConnectionError, TimeoutError):
            self._answer()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET

    def log_message(self, *_: Any) -> None:
        """In silence."""

    def _answer(self) -> None:
        if self.path.startswith(FILES):
            self._send_file()
            return
        url = urlsplit(self.path)
        plain = Asked(self.command, url, dict(self.headers), b"")
        try:
            call = self.site.named(plain)
        except Wrong as error:
            self._refuse(error)
            return
        faults = self.site.faults[call]
        fault = faults.popleft() if faults else None
        length = int(self.headers.get("Content-Length", 0))
        if fault and fault.midway:
            half = Asked(self.command, url, dict(self.headers), self.rfile.read(length // 2))
            self.site.interrupted(call, half)
            self.close_connection = True
            return
        asked = Asked(self.command, url, dict(self.headers), self.rfile.read(length))
        self.site.calls.append(call)
        self._do(call, asked, fault)

    def _do(self, call: str, asked: Asked, fault: Fault | None) -> None:
        reply = Reply(200, {})
        if fault is None or fault.after:
            try:
                with self.site.lock:
                    reply = self.site.carried_out(call, asked)
            except Wrong as error:
                self._refuse(error)
                return
        if fault is None:
            self._send(reply)
        elif fault.reply:
            self._send(fault.reply)
        else:
            if fault.slow:
                self.site.over.wait()
            self.close_connection = True

    def _refuse(self, error: Wrong) -> None:
        self.site.wrong.append(f"{self.command} {self.path}: {error}")
        self.close_connection = True
        self._send(self.site.refusal(str(error)))

    def _send(self, reply: Reply) -> None:
        content = reply.content
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self._head(reply.status, {"Content-Type": "application/json", **reply.headers}, len(body))
        self.wfile.write(body)

    def _send_file(self) -> None:
        kind, content = self.site.files.get(self.path.removeprefix(FILES), ("", b""))
        self._head(200 if kind else 404, {"Content-Type": kind or "text/plain"}, len(content))
        if self.command == "GET":
            self.wfile.write(content)

    def _head(self, status: int, headers: Mapping[str, str], length: int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()


@contextmanager
def running(site: S) -> Iterator[S]:
    """``site`` at work on a free port; at the end all that was asked must have been right."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"site": site}))
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield site
    finally:
        site.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
    assert site.wrong == []
