"""Calls become HTTP requests, and responses answers: what both clients share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, cast

import httpx

from taskyard.client.address import AGENT, timeout_of
from taskyard.client.answer import NOBODY, Answer
from taskyard.client.call import Call, File
from taskyard.client.error import Rejected

OK = 200


def options(url: str) -> dict[str, Any]:
    """What an httpx client of the gateway at ``url`` is made with.

    Redirects are not followed and no proxy of the environment is used: the credential goes to the
    gateway alone.
    """
    return {"base_url": url, "headers": {"User-Agent": AGENT}, "trust_env": False}


@contextmanager
def request_of(
    call: Call, credential: Callable[[], str], timeout_seconds: float
) -> Iterator[dict[str, Any]]:
    """The arguments of httpx's ``request``; a file that is sent is open in the block."""
    with ExitStack() as stack:
        sent: dict[str, Any] = {
            "method": call.method,
            "url": call.path,
            "headers": {"Authorization": f"Bearer {credential()}", **call.headers},
            "timeout": timeout_of(timeout_seconds, call.extra_seconds),
        }
        if call.query:
            sent["params"] = dict(call.query)
        if call.body is not None:
            sent["content"] = call.body
        if call.file is not None:
            content = stack.enter_context(_content_of(call.file))
            sent["files"] = {"file": (call.file.name, content)}
        yield sent


class Sent:
    """A file of the size that it had when it was opened; every piece that is read is told.

    `Rejected` where it has become shorter: its size was announced already.
    """

    def __init__(self, file: IO[bytes], told: Callable[[int], None] | None) -> None:
        self._file = file
        self._told = told
        self._left = os.fstat(file.fileno()).st_size

    def read(self, size: int = -1) -> bytes:
        """The next piece."""
        piece = self._file.read(self._left if size < 0 else min(size, self._left))
        if not piece and self._left:
            raise Rejected("The file changed while it was sent.")
        self._left -= len(piece)
        if self._told:
            self._told(len(piece))
        return piece

    def fileno(self) -> int:
        """What its size is found out by."""
        return self._file.fileno()


@contextmanager
def _content_of(file: File) -> Iterator[bytes | IO[bytes]]:
    if isinstance(file.content, bytes):
        yield file.content
        return
    with Path(file.content).open("rb") as opened:
        yield cast(IO[bytes], Sent(opened, file.sent))


def answer_of(response: httpx.Response) -> Answer:
    """What was answered; `httpx` has read it whole."""
    return Answer(response.status_code, dict(response.headers), response.content)


def no_answer(url: str, error: httpx.HTTPError) -> Answer:
    """Stands for an answer where there was none."""
    reason = str(error) or type(error).__name__
    return Answer(NOBODY, reason=f"The gateway does not answer at {url}: {reason}.")
