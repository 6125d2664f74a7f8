"""A client of the gateway for remote servers: claim, extend, note, report, health."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from shared.errors import Refused, Unavailable
from taskyard.agent.finished import Finished
from taskyard.agent.link_task import LinkTask
from taskyard.client.answer import BUSY

log = logging.getLogger(__name__)
WORKER = "/api/v1/worker"
TASKS = f"{WORKER}/tasks"
ANSWER_SECONDS, CONNECT_SECONDS = 30.0, 5.0
LARGEST_BULK = LARGEST_CLAIM = 500
UNAUTHORIZED, FORBIDDEN, NOT_FOUND, CONFLICT = 401, 403, 404, 409
Attempt = tuple[str, int]
"""A task's id, and the number of the attempt."""


class KeyRefused(Refused):
    """The gateway does not take the server's key (any more)."""


class NotOurs(Refused):
    """The task is not this attempt's (any more)."""


class ServerClient:
    """A remote server at the gateway ``url``, by its key. A context manager; threads may share it.

    Every call raises `KeyRefused` or another `Refused` for what the gateway refuses, and
    `Unavailable` where it does not answer or asks to come back later.
    """

    def __init__(self, url: str, key: str) -> None:
        self._url = url.rstrip("/")
        headers = {"X-API-Key": key}
        self._http = httpx.Client(base_url=self._url, headers=headers, trust_env=False)

    def health(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Tell how the machine is; which server the key is of, and the gateway's time."""
        return _mapping(self._ask("POST", f"{WORKER}/health", said).get("data"))

    def claim(
        self, limit: int, services: Collection[str], wait_seconds: float = 0.0
    ) -> list[LinkTask]:
        """Up to ``limit`` tasks, running by now; none where none came in ``wait_seconds``.

        One that cannot be read is left out, for others to take when its lease ends.
        """
        asked = {"limit": limit, "wait": wait_seconds, "service_type": ",".join(services)}
        answer = self._ask("POST", f"{TASKS}/claim", asked, extra_seconds=wait_seconds)
        return list(_read(_rows(answer.get("data"))))

    def extend(self, held: Sequence[Attempt]) -> list[dict[str, Any]]:
        """Extend the leases of ``held``; what is said of each."""
        items = [{"link_id": task_id, "attempt": attempt} for task_id, attempt in held]
        return _rows(self._ask("POST", f"{TASKS}/extend", {"items": items}).get("data"))

    def note(self, task_id: str, attempt: int, journal: Mapping[str, Any]) -> None:
        """Keep the journal with the task; `NotOurs` where another attempt has it."""
        said = {"attempt": attempt, "journal": dict(journal)}
        self._ask("PUT", f"{TASKS}/{quote(task_id, safe='')}", said)

    def report(self, finished: Sequence[Finished]) -> dict[str, str | None]:
        """Report on tasks; by id the word of why not, or None where it is done."""
        answer = self._ask("PUT", f"{TASKS}/bulk", {"items": [each.said for each in finished]})
        return {
            str(row.get("link_id")): None if row.get("success") else str(row.get("error"))
            for row in _rows(answer.get("results"))
        }

    def close(self) -> None:
        """End every connection."""
        self._http.close()

    def __enter__(self) -> ServerClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any], extra_seconds: float = 0.0
    ) -> dict[str, Any]:
        timeout = httpx.Timeout(ANSWER_SECONDS + extra_seconds, connect=CONNECT_SECONDS)
        content, kind = orjson.dumps(body), {"Content-Type": "application/json"}
        try:
            response = self._http.request(
                method, path, content=content, headers=kind, timeout=timeout
            )
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            message = f"The gateway does not answer at {self._url}: {reason}."
            raise Unavailable(message) from error
        return answer_of(response.status_code, response.content)


def answer_of(status: int, body: bytes) -> dict[str, Any]:
    """What the gateway answered; raises what it refused. Pure."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict) or 300 <= status < 400:
        raise Unavailable(f"The gateway answers {status}, and not in the words of one.")
    if status < 300:
        return answer
    message = str(answer.get("message") or f"The gateway answers {status}.")
    if status in BUSY or status >= 500:
        raise Unavailable(message)
    if status == UNAUTHORIZED:
        raise KeyRefused(f"The gateway does not take the server key. {message}")
    if status in (FORBIDDEN, NOT_FOUND, CONFLICT):
        raise NotOurs(message)
    raise Refused(message)


def _read(rows: Iterable[Mapping[str, Any]]) -> Iterator[LinkTask]:
    for row in rows:
        try:
            yield LinkTask.of(row)
        except ValueError as error:
            log.error("task %s cannot be done here: %s", row.get("id"), error)


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unavailable("The gateway answers, and not in the words of one.")
    return value


def _rows(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise Unavailable("The gateway answers, and not in the words of one.")
    return [_mapping(each) for each in value]
