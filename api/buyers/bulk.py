"""Many submissions in one request: each item stands or falls by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from api.buyers.dialect import code_of
from api.buyers.refusals import refused
from api.buyers.submission import Desk, draft_of
from api.failure import Failure, Kind, Rejected, failure_of
from api.limits import parse_json, without_nulls
from api.pending_limit import PendingLimit
from shared.errors import Unavailable
from shared.tasks.draft import Accepted, Draft
from shared.tasks.submission import Answer
from shared.tasks.submitter import Submitter

MOST_ITEMS = 10_000
CHUNK = 250
"""How many rows share a commit: large enough to be cheap, small enough to let others in."""
ARRAY_TYPES = ("application/json",)
LINE_TYPES = ("application/x-ndjson", "application/ndjson", "application/jsonl")


def read_items(body: bytes, mimetype: str) -> list[Any]:
    """The items of a bulk: the members of an array, or one for each line that is not blank."""
    items = list(_lines(body)) if mimetype in LINE_TYPES else parse_json(body)
    if not isinstance(items, list):
        raise Rejected(Kind.INVALID_JSON, "The body must be a JSON array of tasks.")
    if len(items) > MOST_ITEMS:
        raise refused("INVALID_FIELD", "body", f"must be at most {MOST_ITEMS} tasks.")
    return items


def _lines(body: bytes) -> Iterator[Any]:
    for line in body.splitlines():
        if line.strip():
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError as error:
                yield Failure(Kind.INVALID_JSON, f"The line is not valid JSON: {error}.")


def check_items(items: Sequence[Any], desk: Desk, pending: PendingLimit) -> list[Draft | Failure]:
    """A draft or a failure for each item; no more drafts than may wait."""
    checked: list[Draft | Failure] = []
    room = pending.room(desk.caller.account_id)
    for item in items:
        outcome = _check(item, desk)
        if isinstance(outcome, Draft) and room <= 0:
            outcome = pending.over_limit().failure
        room -= isinstance(outcome, Draft)
        checked.append(outcome)
    return checked


def _check(item: Any, desk: Desk) -> Draft | Failure:
    if isinstance(item, Failure):
        return item
    if not isinstance(item, dict):
        return Failure(Kind.INVALID_JSON, "An item must be a JSON object.")
    try:
        return draft_of(without_nulls(item), desk)
    except Rejected as error:
        return error.failure


def submit_checked(
    submitter: Submitter, checked: Sequence[Draft | Failure]
) -> list[Accepted | Failure]:
    """Store the drafts, in chunks; `Unavailable` only where not one was accepted."""
    drafts = [outcome for outcome in checked if isinstance(outcome, Draft)]
    answers: dict[str, Accepted | Failure] = {}
    for start in range(0, len(drafts), CHUNK):
        chunk = drafts[start : start + CHUNK]
        try:
            outcomes: Sequence[Answer | Unavailable] = submitter.submit_many(chunk)
        except Unavailable as error:
            if not any(isinstance(answer, Accepted) for answer in answers.values()):
                raise
            outcomes = [error] * len(chunk)
        answers.update((d.id, _outcome(o)) for d, o in zip(chunk, outcomes, strict=True))
    return [answers[one.id] if isinstance(one, Draft) else one for one in checked]


def _outcome(answer: Answer | Unavailable) -> Accepted | Failure:
    if isinstance(answer, Accepted):
        return answer
    failure = failure_of(answer)
    if failure is None:
        raise answer
    return failure


def bulk_body(outcomes: Sequence[Accepted | Failure]) -> dict[str, Any]:
    """The answer: how many, and what became of each."""
    accepted = sum(isinstance(outcome, Accepted) for outcome in outcomes)
    return {
        "accepted": accepted,
        "rejected": len(outcomes) - accepted,
        "results": [result(index, outcome) for index, outcome in enumerate(outcomes)],
    }


def result(index: int, outcome: Accepted | Failure) -> dict[str, Any]:
    """What became of the item at ``index``."""
    if isinstance(outcome, Accepted):
        return {"index": index, "taskId": outcome.task_id, "costCents": outcome.cost_cents}
    return {"index": index, "error": {"code": code_of(outcome), "detail": outcome.detail}}
