"""A client of the gateway, for programs without an event loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from os import PathLike
from types import TracebackType
from typing import Any, TypeVar, Unpack

import httpx

from taskyard.client import bulk, calls, plans, waiting, wire
from taskyard.client.address import ANSWER_SECONDS, Credential, address_of, credential_of
from taskyard.client.answer import Answer
from taskyard.client.call import Call, Plan
from taskyard.client.following import Event, Following, Wish
from taskyard.client.listing import Listing, ListingFields
from taskyard.client.patience import Patience
from taskyard.client.submission import Submission, SubmissionFields
from taskyard.client.task import Counts, Page, Receipt, Submitted, Task

T = TypeVar("T")


class Client:
    """Whoever calls the gateway at ``url`` with ``credential``. Threads may share one.

    Where they are left out they are TASKYARD_URL (http://127.0.0.1:8000) and TASKYARD_API_KEY.
    Every call raises `Rejected` for what the gateway refuses, and `Unreachable` where it does not
    answer, or not now, also when tried again as ``patience`` allows. What creates something is sent
    with a key, so that it is created once. A context manager.
    """

    def __init__(
        self,
        url: str | None = None,
        credential: Credential | None = None,
        *,
        timeout_seconds: float = ANSWER_SECONDS,
        patience: Patience | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url = address_of(url)
        self._credential = credential_of(credential)
        self._timeout_seconds = timeout_seconds
        self._patience = patience or Patience()
        self._http = httpx.Client(transport=transport, **wire.options(self.url))

    def submit(
        self,
        what: str | Submission | Mapping[str, Any],
        content: Any = None,
        *,
        idempotency_key: str | None = None,
        **said: Unpack[SubmissionFields],
    ) -> Receipt:
        """Submit a task: a type, its content and fields of `Submission`, or a whole submission.

        A mapping is one in the gateway's words. Who calls again with the same ``idempotency_key``
        and the same task gets the same answer.
        """
        submission = plans.submission_of(what, content, said)
        return self._run(plans.submit(submission, idempotency_key, self._patience))

    def submit_many(
        self,
        items: Iterable[Submission | Mapping[str, Any]],
        *,
        size: int = bulk.USUAL,
        idempotency_key: str | None = None,
    ) -> Iterator[Submitted]:
        """Submit ``items``, ``size`` in a request; what became of each, in order, as they go.

        One that is not accepted spoils no other. A request is sent when the first of its tasks is
        asked for; ``idempotency_key`` is for all together.
        """
        key = idempotency_key or calls.new_key()
        for parcel in bulk.parcels(items, size):
            yield from self.submit_parcel(parcel, f"{key}-at-{parcel.first}")

    def submit_parcel(self, parcel: bulk.Parcel, idempotency_key: str) -> Sequence[Submitted]:
        """Submit lines of JSON that are cut into parcels already."""
        return self._run(bulk.submitted(parcel, idempotency_key, self._patience))

    def get(self, task_id: str, *, wait_seconds: float = 0.0) -> Task:
        """A task as it is now, or once it is final or ``wait_seconds`` (30 at most) are over."""
        return self._run(plans.get(task_id, wait_seconds, self._patience))

    def wait(self, task_id: str, *, timeout_seconds: float | None = None) -> Task:
        """A task once it is final; `NotInTime` where that takes longer than ``timeout_seconds``."""
        plan = waiting.until_final(task_id, timeout_seconds, self._patience, time.monotonic)
        return self._run(plan)

    def result(self, task_id: str, *, timeout_seconds: float | None = None) -> Any:
        """The result of a task, waited for; `TaskFailed` where there is none."""
        return self.wait(task_id, timeout_seconds=timeout_seconds).outcome()

    def list(self, listing: Listing | None = None, **said: Unpack[ListingFields]) -> Iterator[Task]:
        """Tasks, newest first, page after page; ``said`` are fields of `Listing`."""
        wanted = listing or Listing(**said)
        cursor: str | None = None
        left = wanted.most
        while True:
            page = self.page(wanted, cursor)
            yield from page.tasks if left is None else page.tasks[:left]
            left = None if left is None else left - len(page.tasks)
            cursor = page.cursor
            if cursor is None or (left is not None and left <= 0):
                return

    def page(self, listing: Listing | None = None, cursor: str | None = None) -> Page:
        """One page of tasks, from where the page before said."""
        query = (listing or Listing()).query(cursor)
        return self._run(plans.page(query, self._patience))

    def cancel(self, task_id: str) -> Task:
        """Cancel a task that is not over; one that runs shows it once its worker has stopped."""
        return self._run(plans.cancel(task_id, self._patience))

    def retry(self, task_id: str) -> Task:
        """Let a failed task begin anew; the credential must be an operator's."""
        return self._run(plans.retry(task_id, self._patience))

    def counts(self) -> Counts:
        """How many tasks the account has, by status and type."""
        return self._run(plans.counts(self._patience))

    def stream(
        self, *, after: int | None = None, most: int | None = None, **wish: Unpack[Wish]
    ) -> Iterator[Event]:
        """What happens to the account's tasks, while it happens; ``most`` events, or without end.

        ``after`` is the number of the event to go on from, 0 the oldest that is kept; without one
        it begins now. A stream that breaks is opened again where it was: nothing is missed, nothing
        is told twice. ``wish`` are words or words by commas.
        """
        following = Following(wish, after, most, self._patience)
        while not following.is_over:
            yield from self._heard(following)
            time.sleep(following.pause_seconds)

    def upload(
        self,
        file: str | PathLike[str] | bytes,
        *,
        name: str | None = None,
        folder: str | None = None,
        sent: Callable[[int], None] | None = None,
    ) -> str:
        """Put a file in, by its path or its content, into the folder of that id or name.

        The id of its document. A content that is in the folder already stays one document. ``sent``
        is told of the bytes of each piece of a path as it goes.
        """
        return self._run(plans.upload(file, name, folder, sent, self._patience))

    def document(self, document_id: str) -> Mapping[str, Any]:
        """A document as it is now, with what it says."""
        return self._run(plans.document(document_id, self._patience))

    def wait_document(
        self, document_id: str, *, timeout_seconds: float | None = None
    ) -> Mapping[str, Any]:
        """A document once it is read, or cannot be (its ``status`` is ``ERROR`` then)."""
        plan = waiting.until_read(document_id, timeout_seconds, self._patience, time.monotonic)
        return self._run(plan)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
    ) -> Any:
        """Any other call, in the gateway's own words: what it answers, as JSON makes it.

        The envelopes of the dialects that have one are opened.
        """
        return self._run(plans.ask(method, path, body, query, self._patience))

    def close(self) -> None:
        """End every connection."""
        self._http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _heard(self, following: Following) -> Iterator[Event]:
        """What one stream tells before it ends, or breaks."""
        try:
            with (
                wire.request_of(following.call(), self._credential, self._timeout_seconds) as sent,
                self._http.stream(**sent) as response,
            ):
                if response.status_code != wire.OK:
                    response.read()
                    following.was_refused(wire.answer_of(response))
                    return
                for piece in response.iter_bytes():
                    yield from following.heard(piece)
                    if following.is_over:
                        break
            following.broke()
        except httpx.ConnectError as error:
            following.was_refused(wire.no_answer(self.url, error))
        except httpx.HTTPError:
            following.broke()

    def _run(self, plan: Plan[T]) -> T:
        answer: Answer | None = None
        while True:
            try:
                step = plan.send(answer)
            except StopIteration as end:
                outcome: T = end.value
                return outcome
            if isinstance(step, Call):
                answer = self._send(step)
            else:
                time.sleep(step.seconds)
                answer = None

    def _send(self, call: Call) -> Answer:
        with wire.request_of(call, self._credential, self._timeout_seconds) as sent:
            try:
                return wire.answer_of(self._http.request(**sent))
            except httpx.HTTPError as error:
                return wire.no_answer(self.url, error)
