"""What a stream is asked for: the words of a query become what is wanted. Pure."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

from api.buyers.listing import WHOLLY
from api.buyers.refusals import refused
from api.streams.wanted import Wanted
from shared.ids import LARGEST_NUMBER, is_id
from shared.tasks.status import Status

MOST_TASKS = 100
STEPS = {status.value: frozenset({status}) for status in Status}
"""The steps themselves."""
RUNNING = frozenset({Status.RUNNING})
WORDS = {word: frozenset(wholly) for word, wholly in WHOLLY.items()}
WORDS["PENDING"] |= RUNNING
WORDS["VALIDATING"] |= RUNNING
"""The buyers' words; whether a task that runs has an answer is not known by its step."""
MEANINGS = WORDS | STEPS


def wanted_of(query: Mapping[str, Any], account_id: str, known_types: Container[str]) -> Wanted:
    """What a query asks for, of the account's events."""
    return Wanted(
        account_id=account_id,
        task_ids=_task_ids(_words(query.get("task"))),
        types=_types(_words(query.get("type")), known_types),
        statuses=_statuses(_words(query.get("status"))),
    )


def resumed_after(query: Mapping[str, Any], header: str | None) -> int | None:
    """The event after which a stream is to go on: of the header, which clients send by themselves.

    None where it is to begin now.
    """
    text = (header or query.get("lastEventId") or "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_NUMBER):
        raise refused("INVALID_FIELD", "lastEventId", "must be the id of an event, or 0.")
    return int(text)


def _words(given: Sequence[str] | None) -> frozenset[str] | None:
    if given is None:
        return None
    words = frozenset(word.strip() for text in given for word in text.split(","))
    return words - {""} or None


def _task_ids(ids: frozenset[str] | None) -> frozenset[str] | None:
    if ids is not None and (len(ids) > MOST_TASKS or not all(map(is_id, ids))):
        raise refused("INVALID_FIELD", "task", f"must be the ids of 1 to {MOST_TASKS} tasks.")
    return ids


def _types(types: frozenset[str] | None, known: Container[str]) -> frozenset[str] | None:
    unknown = sorted(name for name in types or () if name not in known)
    if unknown:
        raise refused("INVALID_FIELD", "type", f"{unknown[0]} is no task type of this yard.")
    return types


def _statuses(words: frozenset[str] | None) -> frozenset[Status] | None:
    if words is None:
        return None
    if not words <= MEANINGS.keys():
        raise refused(
            "INVALID_FIELD", "status", f"must be one or several of {', '.join(MEANINGS)}."
        )
    return frozenset(status for word in words for status in MEANINGS[word])
