"""Submitting many: cut into requests, and what had no room yet sent once more, as plans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from taskyard.client import calls
from taskyard.client.answer import Answer
from taskyard.client.call import Pause, Plan, asked
from taskyard.client.error import Unreachable
from taskyard.client.patience import Patience
from taskyard.client.submission import Submission, body_of
from taskyard.client.task import Submitted

LARGEST = 10_000
"""The most tasks that the gateway takes in one request."""
USUAL = 1_000
MOST_BYTES = 16 * 1024 * 1024
LATER = "RATE_LIMITED"
"""The word for a task that may be accepted in a moment, and is not stored for certain."""
_COME_BACK = Answer(429)


@dataclass(frozen=True, slots=True)
class Parcel:
    """Lines of JSON for one request; the first of them is the task number ``first``, from 0."""

    first: int
    lines: Sequence[bytes]


def parcels(items: Iterable[Submission | Mapping[str, Any]], size: int = USUAL) -> Iterator[Parcel]:
    """``items`` in parcels of ``size`` at most, and of no more bytes than a request should have."""
    if not 1 <= size <= LARGEST:
        raise ValueError(f"size: must be from 1 to {LARGEST}, not {size}.")
    first, lines, bytes_ = 0, list[bytes](), 0
    for item in items:
        line = orjson.dumps(body_of(item))
        if lines and (len(lines) == size or bytes_ + len(line) > MOST_BYTES):
            yield Parcel(first, lines)
            first, lines, bytes_ = first + len(lines), [], 0
        lines.append(line)
        bytes_ += len(line) + 1
    if lines:
        yield Parcel(first, lines)


def submitted(parcel: Parcel, key: str, patience: Patience) -> Plan[list[Submitted]]:
    """What became of each task of the parcel, in order.

    Those for which there was no room are sent again, under a key that follows from ``key``; after
    the tries that ``patience`` allows they are told with their errors.
    """
    told: dict[int, Submitted] = {}
    left = list(range(len(parcel.lines)))
    tried = 0
    while left:
        lines = b"\n".join(parcel.lines[number] for number in left)
        call = calls.submit_lines(lines, f"{key}-{tried}" if tried else key)
        answer = yield from asked(call, patience)
        for number, each in zip(left, _results(answer, len(left)), strict=True):
            told[number] = Submitted.of(each, parcel.first + number)
        left = [number for number in left if _is_to_come(told[number])]
        tried += 1
        wait = patience.pause_seconds(_COME_BACK, tried)
        if not left or wait is None:
            break
        yield Pause(wait)
    return [told[number] for number in range(len(parcel.lines))]


def _is_to_come(one: Submitted) -> bool:
    return one.error is not None and one.error.code == LATER


def _results(answer: Any, count: int) -> list[Mapping[str, Any]]:
    results: list[Mapping[str, Any]] = answer["results"]
    if len(results) != count:
        raise Unreachable(f"The gateway tells about {len(results)} tasks, not about {count}.")
    return results
