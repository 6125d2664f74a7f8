"""One attempt at each claimed task: run the handler, turn what comes out into an outcome."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import orjson

from shared.errors import GiveWay, TaskError
from shared.hidden import hidden
from shared.logs import bound
from shared.secrecy import keep_from, without_secrets
from shared.tasks.outcome import Completed, Failed, GivenBack, Outcome, Stopped
from shared.tasks.secret_fields import secrets_in, with_opened
from shared.tasks.task import Task
from shared.tasks.task_type import Payload, Run, TaskType
from shared.yard import Yard
from workers.alarm import alarm
from workers.context import RunContext
from workers.memory_limit import memory_limit

log = logging.getLogger(__name__)
BATCH_SECONDS = 1.0
"""When the tasks of a batch turn out slow, the rest is given back so that others can help."""


def attempts(yard: Yard, kind: TaskType, claimed: Sequence[Task]) -> Iterator[Outcome]:
    """Run ``claimed``, tasks of one type; an outcome for each as soon as it is there."""
    if kind.run_batch is not None:
        yield from _together(yard, kind, claimed)
    else:
        yield from _one_by_one(yard, kind, claimed)


def _one_by_one(yard: Yard, kind: TaskType, claimed: Sequence[Task]) -> Iterator[Outcome]:
    begun = time.monotonic()
    for task in claimed:
        if task is not claimed[0] and time.monotonic() - begun > BATCH_SECONDS:
            yield GivenBack(task)
            continue
        with bound(task_id=task.id):
            yield _run(yard, kind, task)


def _run(yard: Yard, kind: TaskType, task: Task) -> Outcome:
    if kind.run is None:
        return Failed(task, TaskError(f"{kind.name} has no handler.", retryable=False))
    try:
        payload = with_opened(yard, kind, task)
    except TaskError as error:
        return Failed(task, _told(error))
    secrets = secrets_in(kind, payload)
    with hidden(secrets):
        outcome = _tried(kind.run, payload, RunContext(yard, task, secrets), task, kind)
    return _without_secrets(outcome, secrets)


def _tried(run: Run, payload: Payload, context: RunContext, task: Task, kind: TaskType) -> Outcome:
    try:
        with _limits(context.yard, kind):
            result = run(payload, context)
    except GiveWay as way:
        return GivenBack(task, str(way) or "gave way")
    except Exception as error:
        return Failed(task, _told(error))
    return Stopped(task) if context.was_canceled else _ended(task, result)


@contextmanager
def _limits(yard: Yard, kind: TaskType) -> Iterator[None]:
    """What the type may take of time and memory."""
    memory = memory_limit(yard.settings.task_memory_bytes) if kind.memory_limit else nullcontext()
    with memory, alarm(kind.time_limit_seconds, kind.hard_limit_seconds):
        yield


def _together(yard: Yard, kind: TaskType, claimed: Sequence[Task]) -> Iterator[Outcome]:
    try:
        payloads = [with_opened(yard, kind, task) for task in claimed]
    except TaskError as error:
        yield from _blame(claimed, _told(error))
        return
    secrets = frozenset[str]().union(*(secrets_in(kind, payload) for payload in payloads))
    with hidden(secrets):
        outcomes = list(_tried_together(yard, kind, claimed, payloads, secrets))
    yield from (_without_secrets(outcome, secrets) for outcome in outcomes)


def _tried_together(
    yard: Yard,
    kind: TaskType,
    claimed: Sequence[Task],
    payloads: Sequence[Payload],
    secrets: Collection[str],
) -> Iterator[Outcome]:
    assert kind.run_batch is not None  # noqa: S101 - the caller looked
    contexts = [RunContext(yard, task, secrets) for task in claimed]
    try:
        with _limits(yard, kind), bound(task_id=",".join(t.id for t in claimed[:3])):
            results = list(kind.run_batch(payloads, contexts))
        if len(results) != len(claimed):
            raise TaskError(f"{kind.name} answered {len(results)} of {len(claimed)} payloads.")
    except Exception as error:
        yield from _blame(claimed, _told(error))
        return
    for task, context, result in zip(claimed, contexts, results, strict=True):
        yield Stopped(task) if context.was_canceled else _ended(task, result)


def _blame(claimed: Sequence[Task], error: TaskError) -> Iterator[Outcome]:
    """One of a batch broke it: who, shows when each runs alone."""
    if len(claimed) == 1:
        yield Failed(claimed[0], error)
        return
    log.warning("a batch of %d failed and is run one by one: %s", len(claimed), error)
    yield from (GivenBack(task) for task in claimed)


def _ended(task: Task, result: Any) -> Outcome:
    if isinstance(result, TaskError):
        return Failed(task, result)
    try:
        document = orjson.loads(orjson.dumps(result))
    except (TypeError, ValueError) as error:
        return Failed(task, TaskError(f"The result is no JSON: {error}", retryable=False))
    if not isinstance(document, dict):
        return Failed(task, TaskError("The result is no JSON object.", retryable=False))
    return Completed(task, document)


def _without_secrets(outcome: Outcome, secrets: Collection[str]) -> Outcome:
    """``outcome`` as it may be stored: of a batch, nobody's secret gets into another's result."""
    if not secrets:
        return outcome
    if isinstance(outcome, Failed):
        keep_from(outcome.error, secrets)
    elif isinstance(outcome, Completed):
        return Completed(outcome.task, without_secrets(outcome.result, secrets))
    elif isinstance(outcome, GivenBack):
        return GivenBack(outcome.task, without_secrets(outcome.reason, secrets))
    return outcome


def _told(error: Exception) -> TaskError:
    """What the caller learns: an error meant for them as it is, of any other just its kind."""
    if isinstance(error, TaskError):
        log.info("attempt failed: %s", error)
        return error
    log.error("the handler broke", exc_info=error)
    return TaskError(f"The handler failed ({type(error).__name__}).", code="HANDLER_ERROR")
