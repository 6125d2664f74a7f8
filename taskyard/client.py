"""A client of the gateway: submits tasks and reads them, over plain HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

import orjson

from shared.errors import Refused, Unavailable

TASKS = "/api/v1/tasks"
TIMEOUT_SECONDS = 15.0
BUSY = (429, 503)
"""What helps there is to come again later."""
_opener = build_opener(ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Client:
    """Whoever calls the gateway at ``url`` with ``credential``, a token or an API key.

    Every call raises `Refused` for what the gateway refuses, and `Unavailable` where it does not
    answer or asks to come back later.
    """

    url: str
    credential: str
    timeout_seconds: float = TIMEOUT_SECONDS

    def submit(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Submit one task, in the buyers' words; its receipt."""
        return self._ask("POST", TASKS, body)

    def task(self, task_id: str, *, wait_seconds: float = 0.0) -> dict[str, Any]:
        """A task as it is once it is final, or after ``wait_seconds`` (30 at most)."""
        return self._ask("GET", f"{_path(task_id)}?wait={wait_seconds:g}", extra=wait_seconds)

    def cancel(self, task_id: str) -> dict[str, Any]:
        """Cancel a task; the task as it is then."""
        return self._ask("DELETE", _path(task_id))

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, extra: float = 0.0
    ) -> dict[str, Any]:
        request = Request(self.url + path, method=method)  # noqa: S310 - the caller's own gateway
        request.add_header("Authorization", f"Bearer {self.credential}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = orjson.dumps(body)
        try:
            with _opener.open(request, timeout=self.timeout_seconds + extra) as response:
                answer: dict[str, Any] = orjson.loads(response.read())
                return answer
        except HTTPError as error:
            with error:
                raise refusal(error.code, error.read()) from None
        except (OSError, HTTPException, orjson.JSONDecodeError) as error:
            reason = getattr(error, "reason", error)
            raise Unavailable(f"The gateway does not answer at {self.url}: {reason}.") from error


def _path(task_id: str) -> str:
    return f"{TASKS}/{quote(task_id, safe='')}"


def refusal(status: int, body: bytes) -> Refused | Unavailable:
    """What the gateway means by an answer that is no success. Pure."""
    try:
        problem = orjson.loads(body)
        detail, code = str(problem["detail"]), str(problem["code"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return Unavailable(f"The gateway answers {status}, and not in the words of one.")
    if status in BUSY or status >= 500:
        return Unavailable(detail)
    return Refused(detail, code=code)
