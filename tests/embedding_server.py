"""A server that speaks OpenAI's protocol for embeddings, and misbehaves on demand."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

DIMENSIONS = 6
Body = dict[str, Any]


@dataclass
class EmbeddingServer:
    """``requests`` are the bodies that came. ``spoil`` changes a good answer.

    ``refusals`` are answered first, one for each request: status, headers, body.
    """

    url: str = ""
    api_key: str = "a key"
    requests: list[Body] = field(default_factory=list)
    refusals: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    spoil: Callable[[Body], Any] = lambda body: body
    wait_seconds: float = 0.0

    def answer(self, sent: Body, credential: str) -> tuple[int, dict[str, str], bytes]:
        """The answer to a request: status, headers, body."""
        if credential != f"Bearer {self.api_key}":
            return 401, {}, b'{"error": {"message": "Incorrect API key provided"}}'
        self.requests.append(sent)
        time.sleep(self.wait_seconds)
        if self.refusals:
            status, headers, text = self.refusals.pop(0)
            return status, headers, text.encode()
        told = self.spoil(good_answer(sent))
        return 200, {}, told if isinstance(told, bytes) else orjson.dumps(told)


def vector(text: str) -> list[float]:
    """What the server answers for ``text``; not of length 1."""
    return [float(byte) + 1 for byte in hashlib.sha256(text.encode()).digest()[:DIMENSIONS]]


def good_answer(sent: Body) -> Body:
    """An answer as the protocol has it."""
    data = [
        {"object": "embedding", "index": index, "embedding": vector(text)}
        for index, text in enumerate(sent["input"])
    ]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return {"object": "list", "data": data, "model": sent["model"], "usage": usage}


@contextmanager
def embedding_server() -> Iterator[EmbeddingServer]:
    """A server on a free port of the loopback interface."""
    server = EmbeddingServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            sent = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = self.path == "/v1/embeddings"
            credential = self.headers.get("Authorization", "")
            answer = server.answer(sent, credential) if found else (404, {}, b"no such path")
            status, headers, body = answer
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):  # who sent it may not have waited
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    server.url = f"http://127.0.0.1:{http.server_port}/v1"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
