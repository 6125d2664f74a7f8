"""A small receiver of notices, to try webhooks out: it checks every request, and tells what came.

Signatures are checked by the official library (https://www.standardwebhooks.com), as a receiver of
one's own would do it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

LONGEST_LENGTH = 6
"""Digits: nothing that the yard sends is larger."""
IDLE_SECONDS = 10.0
ID = "webhook-id"
Secrets = Callable[[], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Received:
    """One request: ``refusal`` says why it was not taken for a notice."""

    id: str
    body: Any
    refusal: str | None = None

    def as_json(self) -> dict[str, Any]:
        """What is told to programs."""
        verified = self.refusal is None
        return {"id": self.id, "verified": verified, "error": self.refusal, "body": self.body}

    def __str__(self) -> str:
        """A line for people."""
        if self.refusal is not None:
            return f"refused   {self.id}  {self.refusal}"
        return f"verified  {self.id}  {summary(self.body)}"


class Receiver(ThreadingHTTPServer):
    """Listens on a port; ``secrets`` are asked for with every request.

    ``tell`` is told of each once it is answered, from threads of their own: 204 where it is
    verified, 401 where it is not.
    """

    daemon_threads = False

    def __init__(
        self, host: str, port: int, secrets: Secrets, tell: Callable[[Received], None]
    ) -> None:
        super().__init__((host, port), _Request)
        self._secrets = secrets
        self.tell = tell

    def look_at(self, body: bytes, headers: Mapping[str, str]) -> Received:
        """What a request is worth."""
        refusal = why_not(body, headers, self._secrets())
        return Received(headers.get(ID, "-"), _read(body), refusal)


class _Request(BaseHTTPRequestHandler):
    server: Receiver
    timeout = IDLE_SECONDS

    def do_POST(self) -> None:
        """Take a notice."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self._answer(HTTPStatus.LENGTH_REQUIRED)
        elif len(length) > LONGEST_LENGTH:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            self._take(int(length))

    def _take(self, length: int) -> None:
        body = self.rfile.read(length)
        if len(body) < length:  # who sent it was cut off, and sends it again
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        said = self.server.look_at(body, headers)
        refused = said.refusal is not None
        self._answer(HTTPStatus.UNAUTHORIZED if refused else HTTPStatus.NO_CONTENT)
        self.server.tell(said)

    def _answer(self, status: HTTPStatus) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Say nothing: what came is told elsewhere."""


def why_not(body: bytes, headers: Mapping[str, str], secrets: Iterable[str]) -> str | None:
    """Why a request is signed with none of ``secrets``; None where it is. Pure but for the time."""
    reason = "There is no secret to check it with."
    for secret in secrets:
        try:
            Webhook(secret).verify(body, dict(headers), json_parse=False)
        except WebhookVerificationError as error:
            reason = f"{error}."
        except (ValueError, RuntimeError):
            reason = "Its headers are malformed, or the secret is."
        else:
            return None
    return reason


def summary(body: Any) -> str:
    """What a notice says, in whatever dialect, in a few words. Pure."""
    if not isinstance(body, dict):
        return "(no object)"
    data = body["data"] if isinstance(body.get("data"), dict) else body
    named = (data.get(name) for name in ("taskId", "jobId", "task_id", "link_id", "id"))
    id_ = next((value for value in named if value is not None), "")
    kind = data.get("type") or data.get("script_name") or ""
    what = body["type"] if "data" in body else data.get("status_text") or data.get("status")
    return "  ".join(str(word) for word in (what, kind, id_) if word not in (None, ""))


def _read(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
