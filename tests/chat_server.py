"""A server that speaks OpenAI's protocol for chat completions, strictly, and badly on demand.

Written from the protocol's reference: what a request must have is checked, and one that has it not
is answered 400 as OpenAI does.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

KEY, MODEL = "sk-test", "gpt-test"
Reply = Callable[["_Handler"], None]


@dataclass
class ChatServer:
    """``url`` is where its API begins. ``replies`` are done first, then ``answer`` is said."""

    url: str = ""
    answer: Callable[[list[dict[str, str]]], str] = lambda _: "A short answer."
    replies: deque[Reply] = field(default_factory=deque)
    asked: list[list[dict[str, str]]] = field(default_factory=list)
    """The messages of each request, in order."""
    wrong: list[str] = field(default_factory=list)
    """What was wrong with requests."""
    over: Event = field(default_factory=Event)


def completion(text: str | None, reason: str = "stop") -> dict[str, Any]:
    """An answer as the protocol has it."""
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": reason, "logprobs": None}
    usage = {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000, "model": MODEL,
        "choices": [choice], "usage": usage,
    }  # fmt: skip


def saying(text: str | None, reason: str = "stop") -> Reply:
    """Answer with ``text``."""
    return lambda handler: handler.send_json(200, completion(text, reason))


def refusing(status: int, message: str = "no", **headers: str) -> Reply:
    """Answer with an error; words in ``headers`` are joined by ``_``."""
    error = {"error": {"message": message, "type": "an_error", "param": None, "code": None}}
    return lambda handler: handler.send_json(status, error, headers)


def cut(handler: _Handler) -> None:
    """Begin to answer, and go away."""
    body = json.dumps(completion("A long answer")).encode()
    handler.send_head(200, {"Content-Length": str(len(body)), "Content-Type": "application/json"})
    handler.wfile.write(body[: len(body) // 2])


def page(handler: _Handler) -> None:
    """Answer with a web page, as a wrong address does."""
    handler.send_head(200, {"Content-Type": "text/html", "Content-Length": "13"})
    handler.wfile.write(b"<html></html>")


def garbage(handler: _Handler) -> None:
    """Say that it is JSON, and send something else."""
    handler.send_head(200, {"Content-Type": "application/json", "Content-Length": "8"})
    handler.wfile.write(b'{"choic#')


def slow(handler: _Handler) -> None:
    """Do not answer before the test is over."""
    handler.here.over.wait()


class _Handler(BaseHTTPRequestHandler):
    here: ChatServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with suppress(ConnectionError):
            if wrong := self._wrong(body):
                self.here.wrong.append(wrong)
                refusing(400, wrong)(self)
                return
            messages = json.loads(body)["messages"]
            self.here.asked.append(messages)
            reply = self.here.replies.popleft() if self.here.replies else None
            (reply or saying(self.here.answer(messages)))(self)

    def send_json(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
        """Answer with ``content``."""
        body = json.dumps(content).encode()
        plain = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        fixed = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        self.send_head(status, {**fixed, **plain})
        self.wfile.write(body)

    def send_head(self, status: int, headers: dict[str, str]) -> None:
        """Begin an answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """In silence."""

    def _wrong(self, body: bytes) -> str:
        """What the protocol does not allow, or nothing."""
        if self.path != "/v1/chat/completions":
            return f"no such path: {self.path}"
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            return "Incorrect API key provided"
        if not (self.headers.get("Content-Type") or "").startswith("application/json"):
            return "the body must be JSON"
        return _fault(json.loads(body))


def _fault(asked: Any) -> str:
    known = {"model", "messages", "max_completion_tokens", "max_tokens", "temperature", "stream"}
    if unknown := set(asked) - known:
        return f"unrecognized arguments: {sorted(unknown)}"
    if asked.get("model") != MODEL:
        return f"the model {asked.get('model')} does not exist"
    messages = asked.get("messages")
    if not isinstance(messages, list) or not messages:
        return "messages: a list that is not empty"
    for message in messages:
        if message.get("role") not in ("system", "user", "assistant", "developer"):
            return f"role: {message.get('role')}"
        if not isinstance(message.get("content"), str) or not message["content"]:
            return "content: a string"
    return ""


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """A running server on a free port; at the end all that was asked must have been right."""
    here = ChatServer()
    handler = type("Handler", (_Handler,), {"here": here})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    here.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield here
    finally:
        here.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
    assert here.wrong == []
