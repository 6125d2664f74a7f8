"""Many submissions in one request: each item stands or falls by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from api.buyers.dialect import code_of
from api.buyers.refusals import refused
from api.buyers.submission import Desk, draft_of
from api.failure import Failure, Kind, Rejected
from api.limits import parse_json, without_nulls
from shared.tasks.draft import Accepted, Draft

MOST_ITEMS = 10_000
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


def check_items(items: Sequence[Any], desk: Desk) -> list[Draft | Failure]:
    """A draft or a failure for each item."""
    return [_check(item, desk) for item in items]


def _check(item: Any, desk: Desk) -> Draft | Failure:
    if isinstance(item, Failure):
        return item
    if not isinstance(item, dict):
        return Failure(Kind.INVALID_JSON, "An item must be a JSON object.")
    try:
        return draft_of(without_nulls(item), desk)
    except Rejected as error:
        return error.failure


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
