"""A client of the gateway, for programs with an event loop: the same verbs, awaited."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
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


class AsyncClient:
    """`Client` for an event loop: the same verbs with the same errors, awaited.

    An asynchronous context manager.
    """

    def __init__(
        self,
        url: str | None = None,
        credential: Credential | None = None,
        *,
        timeout_seconds: float = ANSWER_SECONDS,
        patience: Patience | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.url = address_of(url)
        self._credential = credential_of(credential)
        self._timeout_seconds = timeout_seconds
        self._patience = patience or Patience()
        self._http = httpx.AsyncClient(transport=transport, **wire.options(self.url))

    async def submit(
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
        return await self._run(plans.submit(submission, idempotency_key, self._patience))

    async def submit_many(
        self,
        items: Iterable[Submission | Mapping[str, Any]],
        *,
        size: int = bulk.USUAL,
        idempotency_key: str | None = None,
    ) -> AsyncIterator[Submitted]:
        """Submit ``items``, ``size`` in a request; what became of each, in order, as they go.

        One that is not accepted spoils no other. A request is sent when the first of its tasks is
        asked for; ``idempotency_key`` is for all together.
        """
        key = idempotency_key or calls.new_key()
        for parcel in bulk.parcels(items, size):
            for one in await self.submit_parcel(parcel, f"{key}-at-{parcel.first}"):
                yield one

    async def submit_parcel(self, parcel: bulk.Parcel, idempotency_key: str) -> Sequence[Submitted]:
        """Submit lines of JSON that are cut into parcels already."""
        return await self._run(bulk.submitted(parcel, idempotency_key, self._patience))

    async def get(self, task_id: str, *, wait_seconds: float = 0.0) -> Task:
        """A task as it is now, or once it is final or ``wait_seconds`` (30 at most) are over."""
        return await self._run(plans.get(task_id, wait_seconds, self._patience))

    async def wait(self, task_id: str, *, timeout_seconds: float | None = None) -> Task:
        """A task once it is final; `NotInTime` where that takes longer than ``timeout_seconds``."""
        plan = waiting.until_final(task_id, timeout_seconds, self._patience, time.monotonic)
        return await self._run(plan)

    async def result(self, task_id: str, *, timeout_seconds: float | None = None) -> Any:
        """The result of a task, waited for; `TaskFailed` where there is none."""
        return (await self.wait(task_id, timeout_seconds=timeout_seconds)).outcome()

    async def list(
        self, listing: Listing | None = None, **said: Unpack[ListingFields]
    ) -> AsyncIterator[Task]:
        """Tasks, newest first, page after page; ``said`` are fields of `Listing`."""
        wanted = listing or Listing(**said)
        cursor: str | None = None
        left = wanted.most
        while True:
            page = await self.page(wanted, cursor)
            for task in page.tasks if left is None else page.tasks[:left]:
                yield task
            left = None if left is None else left - len(page.tasks)
            cursor = page.cursor
            if cursor is None or (left is not None and left <= 0):
                return

    async def page(self, listing: Listing | None = None, cursor: str | None = None) -> Page:
        """One page of tasks, from where the page before said."""
        query = (listing or Listing()).query(cursor)
        return await self._run(plans.page(query, self._patience))

    async def cancel(self, task_id: str) -> Task:
        """Cancel a task that is not over; one that runs shows it once its worker has stopped."""
        return await self._run(plans.cancel(task_id, self._patience))

    async def retry(self, task_id: str) -> Task:
        """Let a failed task begin anew; the credential must be an operator's."""
        return await self._run(plans.retry(task_id, self._patience))

    async def counts(self) -> Counts:
        """How many tasks the account has, by status and type."""
        return await self._run(plans.counts(self._patience))

    async def stream(
        self, *, after: int | None = None, most: int | None = None, **wish: Unpack[Wish]
    ) -> AsyncIterator[Event]:
        """What happens to the account's tasks, while it happens; ``most`` events, or without end.

        ``after`` is the number of the event to go on from, 0 the oldest that is kept; without one
        it begins now. A stream that breaks is opened again where it was: nothing is missed, nothing
        is told twice. ``wish`` are words or words by commas.
        """
        following = Following(wish, after, most, self._patience)
        while not following.is_over:
            async for event in self._heard(following):
                yield event
            await asyncio.sleep(following.pause_seconds)

    async def upload(
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
        return await self._run(plans.upload(file, name, folder, sent, self._patience))

    async def document(self, document_id: str) -> Mapping[str, Any]:
        """A document as it is now, with what it says."""
        return await self._run(plans.document(document_id, self._patience))

    async def wait_document(
        self, document_id: str, *, timeout_seconds: float | None = None
    ) -> Mapping[str, Any]:
        """A document once it is read, or cannot be (its ``status`` is ``ERROR`` then)."""
        plan = waiting.until_read(document_id, timeout_seconds, self._patience, time.monotonic)
        return await self._run(plan)

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
    ) -> Any:
        """Any other call, in the gateway's own words: what it answers, as JSON makes it.

        The envelopes of the dialects that have one are opened.
        """
        return await self._run(plans.ask(method, path, body, query, self._patience))

    async def close(self) -> None:
        """End every connection."""
        await self._http.aclose()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _heard(self, following: Following) -> AsyncIterator[Event]:
        """What one stream tells before it ends, or breaks."""
        try:
            asked = wire.request_of(following.call(), self._credential, self._timeout_seconds)
            with asked as sent:
                async with self._http.stream(**sent) as response:
                    async for event in self._told(response, following):
                        yield event
        except httpx.ConnectError as error:
            following.was_refused(wire.no_answer(self.url, error))
        except httpx.HTTPError:
            following.broke()

    async def _told(self, response: httpx.Response, following: Following) -> AsyncIterator[Event]:
        if response.status_code != wire.OK:
            await response.aread()
            following.was_refused(wire.answer_of(response))
            return
        async for piece in response.aiter_bytes():
            for event in following.heard(piece):
                yield event
            if following.is_over:
                break
        following.broke()

    async def _run(self, plan: Plan[T]) -> T:
        answer: Answer | None = None
        while True:
            try:
                step = plan.send(answer)
            except StopIteration as end:
                outcome: T = end.value
                return outcome
            if isinstance(step, Call):
                answer = await self._send(step)
            else:
                await asyncio.sleep(step.seconds)
                answer = None

    async def _send(self, call: Call) -> Answer:
        with wire.request_of(call, self._credential, self._timeout_seconds) as sent:
            try:
                return wire.answer_of(await self._http.request(**sent))
            except httpx.HTTPError as error:
                return wire.no_answer(self.url, error)
