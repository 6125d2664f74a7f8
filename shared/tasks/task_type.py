"""What a kind of task is: one declaration gives validation, queue, limits, price and retries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from marshmallow import Schema

from shared.errors import Refused, TaskError
from shared.tasks.retry import RetryPolicy

if TYPE_CHECKING:
    from shared.db import Transaction
    from shared.tasks.draft import Draft
    from shared.tasks.outcome import Completed
    from shared.yard import Yard

Payload = Mapping[str, Any]
Result = Mapping[str, Any]


class Context(Protocol):
    """What a handler may use while it runs one task."""

    task_id: str
    account_id: str
    attempt: int
    yard: Yard
    """The settings, the store and the blobs of the process that runs the handler."""

    def progress(self, percent: float, **detail: Any) -> None:
        """Tell how far the work is (0-100) and what is known by now; cheap to call often."""

    @property
    def detail(self) -> Mapping[str, Any]:
        """What `progress` and `record` told by now, in earlier attempts too."""

    def record(self, tx: Transaction, percent: float, **detail: Any) -> bool:
        """Tell progress in a transaction of the handler's own, so that both happen or neither.

        False where another attempt has the task by now: then roll back, and return.
        """

    def canceled(self) -> bool:
        """Whether somebody asked to cancel this task; then stop and return whatever you like."""


HARD_LIMIT_GRACE_SECONDS = 10.0
"""How long a handler has to end after its soft limit was raised in it."""
Run = Callable[[Payload, Context], Result]
RunBatch = Callable[[Sequence[Payload], Sequence[Context]], Sequence[Result | TaskError]]
Admit = Callable[["Transaction", str, Sequence[Payload]], Sequence[Refused | None]]
Settle = Callable[["Transaction", Sequence["Completed"]], Sequence["Draft"]]


def free(_payload: Payload) -> int:
    """The price of most types, in cents."""
    return 0


def never(_payload: Payload) -> bool:
    """The default of questions that few types ask."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskType:
    """A kind of task.

    ``pool`` names the workers that do it, ``queue`` its Celery queue. ``run`` does one task,
    ``run_batch`` (where models like many at once) up to ``batch_size``; it answers one result or
    error for each payload, in order. ``annotators``, set for types whose result is a consensus of
    answers, says how many machines answer a payload; such a handler returns
    ``{"answers": [...]}``. A type without a handler is done by people.
    ``is_slow`` picks out payloads that must not share a batch with others. ``secrets`` names
    payload fields that are never shown or logged. ``target`` names what a payload works on (the
    id of a document, say), for types whose tasks are found by it. ``settle`` runs in the commit
    that completes tasks of the type: it writes what follows from their results, and answers
    drafts of the tasks that follow. ``memory_limit`` says whether a handler may use no more
    memory than the yard's settings allow one task. ``mutexes`` names what a task has to itself
    while it runs (see `mutex`), as ``kind/id``; what people do has nothing to itself.
    ``admit`` looks, in the commit that stores tasks, at what the payloads of one account name: the
    refusal of each, or None. ``service`` is what remote servers call the work, for types that
    they do as well: where one offers it, tasks go to servers, else to the pool's workers.
    """

    name: str
    pool: str
    queue: str
    payload: Schema
    run: Run | None = None
    run_batch: RunBatch | None = None
    batch_size: int = 1
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    time_limit_seconds: float = 300.0
    price_cents: Callable[[Payload], int] = free
    is_slow: Callable[[Payload], bool] = never
    annotators: Callable[[Payload], int] | None = None
    secrets: frozenset[str] = frozenset()
    target: Callable[[Payload], str] | None = None
    settle: Settle | None = None
    memory_limit: bool = False
    mutexes: Callable[[Payload], Collection[str]] | None = None
    admit: Admit | None = None
    service: str | None = None

    def __post_init__(self) -> None:
        """Refuse mutexes of what waits for people, which may be for hours, or goes to servers."""
        alone = not (self.is_answered or self.is_done_by_people or self.service)
        if self.mutexes is not None and not alone:
            raise ValueError(f"{self.name}: only what workers do alone may have mutexes")
        if self.service is not None and (self.is_answered or self.is_done_by_people):
            raise ValueError(f"{self.name}: what servers do must be something workers can do")

    @property
    def hard_limit_seconds(self) -> float:
        """When the process that runs it is killed: the soft limit comes first, in the handler."""
        return self.time_limit_seconds + HARD_LIMIT_GRACE_SECONDS

    @property
    def is_answered(self) -> bool:
        """Whether annotators answer it, one of the caller's options each."""
        return self.annotators is not None

    @property
    def is_done_by_people(self) -> bool:
        """Whether no worker has a handler for it."""
        return self.run is None and self.run_batch is None
