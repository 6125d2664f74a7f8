"""Outcomes of runs become transitions, all of a batch in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from shared.answers import settle
from shared.db import Transaction
from shared.errors import TaskError
from shared.tasks import lifecycle, requests
from shared.tasks.outcome import Completed, Failed, GivenBack, Outcome, Stopped
from shared.tasks.registry import Registry
from shared.tasks.retry import RetryPolicy, decide
from shared.tasks.task import Task

Kind = TypeVar("Kind", bound=Outcome)


def apply(tx: Transaction, registry: Registry, outcomes: Sequence[Outcome], actor: str) -> set[str]:
    """Write ``outcomes``; the ids that moved. The others were reported on too late."""
    completed = _of(outcomes, Completed)
    answered = [o for o in completed if _is_answered(registry, o.task)]
    plain = [o for o in completed if not _is_answered(registry, o.task)]
    ends = [{**_fence(o.task), "result": o.result} for o in plain]
    moved = {row.id for row in lifecycle.complete(tx, ends, actor=actor)}
    _settle(tx, registry, [o for o in plain if o.task.id in moved])
    runs = [(o.task, o.result.get("answers") or ()) for o in answered]
    moved |= settle.machines_answered(tx, runs, actor=actor)
    moved |= _fail(tx, registry, _of(outcomes, Failed), actor)
    stopped = [_fence(o.task) for o in _of(outcomes, Stopped)]
    moved |= {row.id for row in lifecycle.cancel_running(tx, stopped, actor=actor)}
    return moved | _give_back(tx, _of(outcomes, GivenBack), actor)


def _give_back(tx: Transaction, outcomes: Sequence[GivenBack], actor: str) -> set[str]:
    moved: set[str] = set()
    for reason in sorted({outcome.reason for outcome in outcomes}):
        back = [_fence(o.task) for o in outcomes if o.reason == reason]
        told = _storable(reason)
        moved |= {row.id for row in lifecycle.give_back(tx, back, actor=actor, reason=told)}
    return moved


def _settle(tx: Transaction, registry: Registry, completed: Sequence[Completed]) -> None:
    """Let each type write what follows from results, and store the tasks that follow."""
    by_type: dict[str, list[Completed]] = defaultdict(list)
    for outcome in completed:
        by_type[outcome.task.type].append(outcome)
    for name, group in by_type.items():
        kind = registry.get(name)
        if kind is not None and kind.settle is not None:
            requests.store(tx, kind.settle(tx, group))


def _of(outcomes: Iterable[Outcome], kind: type[Kind]) -> list[Kind]:
    return [outcome for outcome in outcomes if isinstance(outcome, kind)]


def _is_answered(registry: Registry, task: Task) -> bool:
    kind = registry.get(task.type)
    return kind is not None and kind.is_answered


def _fence(task: Task) -> dict[str, Any]:
    return {"id": task.id, "attempt": task.attempt}


def _fail(tx: Transaction, registry: Registry, outcomes: Iterable[Failed], actor: str) -> set[str]:
    """Failures that may be retried go back to pending, the others are final."""
    again, over = [], []
    for outcome in outcomes:
        end = {**_fence(outcome.task), "error": error_document(outcome.error)}
        wait = _wait_seconds(registry, outcome)
        if wait is None:
            over.append(end)
        else:
            again.append({**end, "not_before": tx.now + timedelta(seconds=wait)})
    rows = [*lifecycle.retry(tx, again, actor=actor), *lifecycle.fail(tx, over, actor=actor)]
    return {row.id for row in rows}


def _wait_seconds(registry: Registry, outcome: Failed) -> float | None:
    kind = registry.get(outcome.task.type)
    return decide(
        kind.retry if kind else RetryPolicy(),
        retry_count=outcome.task.retry_count,
        max_retries=outcome.task.max_retries,
        retryable=outcome.error.retryable,
        asked_seconds=outcome.error.delay_seconds,
    )


def error_document(error: TaskError) -> dict[str, str]:
    """The error as it is stored and shown: text that every store keeps, whatever a handler said."""
    return {"code": _storable(error.code), "message": _storable(error.message)}


def _storable(text: object) -> str:
    """Without NULs and lone surrogates (names of files have them), which PostgreSQL refuses."""
    return str(text).replace("\0", "\ufffd").encode("utf-8", "replace").decode()
